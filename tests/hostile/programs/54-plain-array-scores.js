/**
 * Scores as a plain array with a looping element.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    const score = new Array(batch.n).fill(0);
    Object.defineProperty(score, 0, {
      get() {
        for (;;);
      },
    });
    return { score };
  },
};
