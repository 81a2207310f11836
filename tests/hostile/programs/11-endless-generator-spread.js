/**
 * Spreading a generator that never ends.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    const ones = (function* () {
      for (;;) yield 1;
    })();
    return { score: new Float64Array([...ones]) };
  },
};
