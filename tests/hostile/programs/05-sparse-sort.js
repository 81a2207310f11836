/**
 * Sorting an array-like that claims 2^32 elements.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    Array.prototype.sort.call({ length: 2 ** 32 - 1, 5: 1, 4294967290: 0 });
    return { score: new Float64Array(batch.n) };
  },
};
