/**
 * Changes its answer in a microtask after it was given.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    const score = new Float64Array(batch.n);
    Promise.resolve().then(() => score.fill(7));
    return { score };
  },
};
