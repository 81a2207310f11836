/**
 * Array.from over 2^32 elements.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    Array.from({ length: 2 ** 32 }, (_, i) => i);
    for (;;);
  },
};
