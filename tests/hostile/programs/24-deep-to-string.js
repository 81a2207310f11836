/**
 * A text made from arrays nested a hundred thousand deep.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    let nested = [];
    for (let i = 0; i < 100000; i += 1) nested = [nested];
    String(nested);
    return { score: new Float64Array(batch.n).fill(1) };
  },
};
