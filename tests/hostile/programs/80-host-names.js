/**
 * Looks for names of the host around the module.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    for (const name of [
      'process',
      'require',
      'global',
      'Buffer',
      'console',
      'ivm',
      'isolated_vm',
      'lockerRun',
      '$0',
      '$1',
      'fetch',
      'WebSocket',
      'XMLHttpRequest',
      'performance',
      'navigator',
      'crypto',
      'queueMicrotask',
    ]) {
      if (name in globalThis) found += 1;
    }
    if (typeof module.constructor !== 'undefined' && module.constructor !== Object) found += 1;
    if (module.parent !== undefined || module.require !== undefined || module.children !== undefined) found += 1;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
