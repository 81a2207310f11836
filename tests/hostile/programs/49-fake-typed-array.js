/**
 * An object that looks like a typed array in every way but being one.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    const fake = Object.create(Float64Array.prototype, {
      [Symbol.toStringTag]: { value: 'Float64Array' },
      length: { value: batch.n },
      buffer: { value: new ArrayBuffer(batch.n * 8) },
    });
    return { score: fake };
  },
};
