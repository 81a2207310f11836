/**
 * One built-in call that builds strings for minutes.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    const text = 'a'.repeat(2 ** 22);
    for (let i = 0; i < 1e6; i += 1) text.replaceAll('a', 'b'.repeat(64));
    return { score: new Float64Array(batch.n) };
  },
};
