/**
 * Walks up the callers and their arguments.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const walk =
      (0,
      function () {
        return [walk.caller, walk.arguments];
      });
    try {
      if (walk().some((value) => value !== null && value !== undefined)) found += 1;
    } catch {}
    try {
      if (arguments.callee !== undefined) found += 1;
    } catch {}
    if (this !== module.exports) found += 1;
    if (
      (function () {
        return this;
      })() !== undefined
    )
      found += 1;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
