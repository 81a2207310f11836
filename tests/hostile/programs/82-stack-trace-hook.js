/**
 * Takes the call sites of an error to reach the functions and receivers above.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    let seen = 0;
    try {
      Error.prepareStackTrace = (_, sites) => {
        seen += sites.length + 1;
        return sites;
      };
    } catch {}
    try {
      Object.defineProperty(Error, 'prepareStackTrace', { value: () => (seen += 1) });
    } catch {}
    try {
      Error.stackTraceLimit = 100;
    } catch {}
    class Mine extends Error {
      static prepareStackTrace = () => (seen += 1);
    }
    try {
      null.x;
    } catch (error) {
      if (typeof error.stack === 'object') found += 1;
    }
    if (typeof new Mine('x').stack === 'object') found += 1;
    if (Error.captureStackTrace !== undefined) found += 1;
    found += seen;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
