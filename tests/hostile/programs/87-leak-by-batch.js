/**
 * Writes into the batch and the state it was given, for the next run to find.
 * must: harmless
 * runs: 2
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    if (batch.f64.replies[0] === 12345) found += 1;
    batch.f64.replies.fill(12345);
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
