/**
 * Buffers outside the heap, each written to.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    const all = [];
    for (;;) all.push(new Float64Array(1e6).fill(1));
  },
};
