/**
 * eval, Function and their kin by every name.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    for (const name of [
      'eval',
      'Function',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'execScript',
      'importScripts',
      'ShadowRealm',
    ]) {
      if (name in globalThis) found += 1;
    }
    try {
      if (Reflect.construct(Object.getPrototypeOf(() => 0).constructor, ['return 1'])() === 1) found += 1;
    } catch {}
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
