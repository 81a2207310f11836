/**
 * A pattern nested deeper than its parser can go.
 * must: thrown killed
 */
module.exports = {
  score(batch, ctx) {
    new RegExp('('.repeat(1e6));
    return { score: new Float64Array(batch.n) };
  },
};
