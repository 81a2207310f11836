/**
 * Looks for any way to detach the buffer of its answer.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const score = new Float64Array(batch.n);
    for (const name of ['transfer', 'transferToFixedLength', 'transferToImmutable', 'resize']) {
      if (score.buffer[name] !== undefined) found += 1;
    }
    for (const name of ['structuredClone', 'postMessage', 'MessageChannel']) if (name in globalThis) found += 1;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
