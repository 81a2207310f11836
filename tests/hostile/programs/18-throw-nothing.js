/**
 * Throws undefined.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    throw undefined;
  },
};
