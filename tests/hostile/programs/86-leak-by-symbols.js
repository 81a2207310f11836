/**
 * Registered symbols and regular expression state as a memory between runs.
 * must: harmless
 * runs: 2
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    if (Symbol.keyFor(Symbol.for('mark')) !== 'mark') found += 1;
    if ((RegExp.$1 ?? '') !== '' || RegExp.lastMatch !== undefined || RegExp.input !== undefined) found += 1;
    /(secret)/.test('secret');
    if (RegExp.$1 !== undefined) found += 1;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
