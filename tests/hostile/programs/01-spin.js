/**
 * A plain endless loop.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    for (;;);
  },
};
