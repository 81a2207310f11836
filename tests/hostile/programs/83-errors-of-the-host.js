/**
 * Provokes errors in what the host offers and looks where they come from.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const errors = [];
    for (const bad of [undefined, null, {}, { n: 1 }, { n: 1, f64: { x: 1 } }, new Proxy({}, {})]) {
      try {
        ctx.rows(bad);
      } catch (error) {
        errors.push(error);
      }
    }
    for (const error of errors) {
      if (!(error instanceof Error) || Object.getPrototypeOf(error.constructor) !== Error) found += 1;
      if (/[\\/]|isolate|locker|node/.test(String(error.stack))) found += 1;
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
