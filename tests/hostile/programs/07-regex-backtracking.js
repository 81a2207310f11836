/**
 * A regular expression that backtracks exponentially.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    /^(a+)+$/.test('a'.repeat(60) + '!');
    return { score: new Float64Array(batch.n) };
  },
};
