/**
 * Looks for a clock of any kind.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    for (const name of [
      'Date',
      'performance',
      'Temporal',
      'Intl',
      'setTimeout',
      'SharedArrayBuffer',
      'Atomics',
      'requestAnimationFrame',
    ]) {
      if (name in globalThis) found += 1;
    }
    if (Object.isFrozen(ctx) === false) found += 1;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
