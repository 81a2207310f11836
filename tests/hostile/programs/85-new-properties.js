/**
 * Adds properties to prototypes and the global object, for the next run to find.
 * must: harmless
 * runs: 2
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const objects = [
      globalThis,
      Object.prototype,
      Array.prototype,
      Float64Array.prototype,
      Math,
      JSON,
      Reflect,
      Symbol,
      ctx,
      batch,
      batch.f64,
      ctx.owner,
      Object.getPrototypeOf(() => 0),
      ctx.rows,
    ];
    for (const object of objects) {
      if (object.leftBehind !== undefined) found += 1;
      try {
        object.leftBehind = 1;
      } catch {}
      try {
        Object.setPrototypeOf(object, null);
      } catch {}
      if (Object.hasOwn(object, 'leftBehind')) found += 1;
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
