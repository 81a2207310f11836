/**
 * One score too few.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    return { score: new Float64Array(batch.n - 1) };
  },
};
