/**
 * Keeps its answer in a view over a larger buffer, at an odd place.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    return { score: new Float64Array(new ArrayBuffer(batch.n * 8 + 64), 64, batch.n) };
  },
};
