/**
 * Calls whatever can be reached, with odd receivers and arguments, in an order made from the seed. Scores stay zero unless
 * something of the host or a way to make code from strings turns up.
 */
module.exports = {
  score(batch, ctx) {
    let state = ctx.seed >>> 0;
    const below = (n) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return n === 0 ? 0 : Math.floor((state / 4294967296) * n);
    };
    const pool = [
      undefined,
      null,
      0,
      -1,
      2 ** 31,
      NaN,
      '',
      'constructor',
      'return this',
      {},
      [],
      Symbol.iterator,
      1n,
      globalThis,
    ];
    pool.push(batch, ctx, ctx.rows, new Proxy({}, {}), new Proxy(() => 0, {}), /x/g, new Map(), new Float64Array(4));
    pool.push(
      () => 0,
      async () => 0,
      function* () {},
      class {},
      new Error('x'),
      Promise.resolve(1),
      { then: (go) => go(1) },
    );
    const known = new Set(pool);
    let found = 0;

    function look(value) {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || known.has(value)) return;
      known.add(value);
      if (pool.length < 3000) pool.push(value);
      try {
        if (typeof value === 'function' && value('return 17') === 17) found += 1;
      } catch {
        // Most of what is tried cannot work.
      }
      for (const name of [
        'process',
        'require',
        'mainModule',
        'applySync',
        'derefInto',
        'copySync',
        'createContextSync',
      ]) {
        try {
          if (name in value) found += 1;
        } catch {
          // Most of what is tried cannot work.
        }
      }
    }

    for (let step = 0; step < 3000; step += 1) {
      const target = pool[below(pool.length)];
      const args = [];
      for (let i = below(4); i > 0; i -= 1) args.push(pool[below(pool.length)]);
      try {
        if (typeof target === 'function')
          look(
            below(2) === 0 ? Reflect.apply(target, pool[below(pool.length)], args) : Reflect.construct(target, args),
          );
        if ((typeof target === 'object' && target !== null) || typeof target === 'function') {
          const keys = Reflect.ownKeys(target);
          look(target[keys[below(keys.length)]]);
          look(Object.getPrototypeOf(target));
          const property = Object.getOwnPropertyDescriptor(target, keys[below(keys.length)]);
          look(property?.get);
          look(property?.set);
        }
      } catch (error) {
        look(error);
      }
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
