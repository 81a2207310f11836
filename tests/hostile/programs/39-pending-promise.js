/**
 * Waits for a promise that nobody settles.
 * must: invalid
 */
module.exports = {
  async score(batch) {
    await new Promise(() => {});
    return { score: new Float64Array(batch.n) };
  },
};
