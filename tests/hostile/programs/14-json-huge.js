/**
 * A text that grows while it is written.
 * must: thrown killed
 */
module.exports = {
  score(batch, ctx) {
    const tree = [];
    for (let i = 0; i < 200000; i += 1) tree.push(tree.length > 1 ? [tree[tree.length - 1], tree[tree.length - 1]] : 1);
    JSON.stringify(tree);
    for (;;);
  },
};
