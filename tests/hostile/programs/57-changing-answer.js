/**
 * A getter that gives a good array first and a bad one after.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let reads = 0;
    return {
      get score() {
        reads += 1;
        return new Float64Array(reads === 1 ? batch.n : 1).fill(reads === 1 ? 0 : 9);
      },
    };
  },
};
