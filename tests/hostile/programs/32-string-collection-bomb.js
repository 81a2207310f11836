/**
 * Many different long texts.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    const all = [];
    for (let i = 0; ; i += 1) all.push(('' + i).repeat(1e5).toUpperCase());
  },
};
