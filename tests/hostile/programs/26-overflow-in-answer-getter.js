/**
 * The answer overflows the stack when it is read.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    return {
      get score() {
        return this.score;
      },
    };
  },
};
