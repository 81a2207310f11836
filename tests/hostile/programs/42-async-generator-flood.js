/**
 * An async generator that keeps asking itself.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    const source = (async function* () {
      for (;;) yield 1;
    })();
    const pull = () => source.next().then(pull);
    pull();
    return { score: new Float64Array(batch.n) };
  },
};
