/**
 * The answer is a thenable that loops when asked.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    return {
      then() {
        for (;;);
      },
    };
  },
};
