/**
 * Overflows the stack inside the row getters we offer, hoping for one of our own errors.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    const rows = ctx.rows(batch);
    function dive() {
      const value = rows[0].replies;
      return dive() + value;
    }
    dive();
    return { score: new Float64Array(batch.n) };
  },
};
