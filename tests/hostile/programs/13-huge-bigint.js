/**
 * Arithmetic on numbers with billions of digits.
 * must: thrown killed
 */
module.exports = {
  score(batch, ctx) {
    let big = 3n;
    for (;;) big = big * big;
  },
};
