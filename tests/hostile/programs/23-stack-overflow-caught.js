/**
 * Recursion that catches its own overflow and dives again.
 * must: killed thrown harmless
 */
module.exports = {
  score(batch, ctx) {
    function dive() {
      try {
        dive();
      } catch {
        dive();
      }
    }
    dive();
    return { score: new Float64Array(batch.n) };
  },
};
