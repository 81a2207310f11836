/**
 * concat over something that claims to be 2^53 long.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    [].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true });
    Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);
  },
};
