/**
 * Scores of another element type.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    return { score: new Float32Array(batch.n) };
  },
};
