/**
 * Replaces built-ins that the host might use after the call.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const targets = [
      [Object, 'freeze'],
      [Array.prototype, 'push'],
      [Array.prototype, Symbol.iterator],
      [Object.getPrototypeOf(Float64Array.prototype), 'set'],
      [Object.getPrototypeOf(Float64Array.prototype), 'length'],
      [ArrayBuffer.prototype, 'byteLength'],
      [ArrayBuffer, Symbol.species],
      [JSON, 'parse'],
      [Reflect, 'apply'],
      [Object.getPrototypeOf(() => 0), 'call'],
      [Promise.prototype, 'then'],
      [globalThis, 'Float64Array'],
      [globalThis, 'Object'],
      [Math, 'random'],
    ];
    for (const [object, name] of targets) {
      const before = Object.getOwnPropertyDescriptor(object, name);
      try {
        object[name] = () => 9;
      } catch {}
      try {
        Object.defineProperty(object, name, { value: () => 9 });
      } catch {}
      try {
        delete object[name];
      } catch {}
      const after = Object.getOwnPropertyDescriptor(object, name);
      if (before?.value !== after?.value || before?.get !== after?.get) found += 1;
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
