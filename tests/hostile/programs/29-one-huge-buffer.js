/**
 * A single buffer of 8 GB, written to.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    const huge = new Float64Array(2 ** 30);
    huge.fill(1);
    for (;;);
  },
};
