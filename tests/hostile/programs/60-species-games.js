/**
 * Subclasses with looping species and iterators around a good answer.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    class Odd extends Float64Array {
      static get [Symbol.species]() {
        for (;;);
      }
      [Symbol.iterator]() {
        for (;;);
      }
      get buffer() {
        for (;;);
      }
    }
    return { score: new Odd(batch.n) };
  },
};
