/**
 * A built-in that loops over 2^53 indexes without running any JavaScript, where engine timeouts do not look.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
    return { score: new Float64Array(batch.n) };
  },
};
