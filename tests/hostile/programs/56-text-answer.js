/**
 * Tries to hand out a text.
 * must: invalid
 */
module.exports = {
  score(batch, ctx) {
    return { score: 'the first post says hello' };
  },
};
