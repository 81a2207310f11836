/**
 * Ten thousand rejected promises that nobody handles.
 * must: harmless killed
 */
module.exports = {
  score(batch, ctx) {
    for (let i = 0; i < 1e4; i += 1) Promise.reject(new Error('x'));
    return { score: new Float64Array(batch.n) };
  },
};
