/**
 * A real typed array of the wrong length whose own length property lies.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    class Liar extends Float64Array {
      get length() {
        return 3;
      }
    }
    return { score: new Liar(batch.n * 2) };
  },
};
