/**
 * Endless recursion.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    const dive = (n) => dive(n + 1) + 1;
    return { score: new Float64Array(batch.n).fill(dive(0)) };
  },
};
