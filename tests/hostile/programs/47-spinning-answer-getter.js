/**
 * Reading the scores loops.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    return {
      get score() {
        for (;;);
      },
    };
  },
};
