/**
 * Threads, shared memory and WebAssembly, which no memory limit covers.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'Worker', 'WeakRef', 'FinalizationRegistry']) {
      if (name in globalThis) found += 1;
    }
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
      memory.grow(60000);
      found += 1;
    } catch {}
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
