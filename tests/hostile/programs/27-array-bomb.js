/**
 * Arrays until the heap is full.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    const all = [];
    for (;;) all.push(new Array(1e5).fill(1.5));
  },
};
