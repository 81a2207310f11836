/**
 * Looks for the Function constructors through everything that has one.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const samples = [
      () => 0,
      async () => 0,
      function* () {},
      async function* () {},
      class {},
      Object,
      Math.max,
      ctx.rows,
      batch,
      batch.f64.replies,
      new Error('x'),
      [].map,
      Reflect.get,
      Object.getOwnPropertyDescriptor(Map.prototype, 'size').get,
    ];
    for (const sample of samples) {
      for (let at = sample, depth = 0; at !== null && at !== undefined && depth < 10; depth += 1) {
        const constructor = at.constructor;
        if (typeof constructor === 'function') {
          try {
            if (constructor('return this')() === globalThis) found += 1;
          } catch {}
          if (constructor.constructor !== undefined) found += 1;
        }
        at = Object.getPrototypeOf(at);
      }
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
