/**
 * A microtask that starts the next for ever, after a good answer.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    const again = () => Promise.resolve().then(again);
    again();
    return { score: new Float64Array(batch.n) };
  },
};
