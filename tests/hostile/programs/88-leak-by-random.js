/**
 * Math.random as a memory between runs: it must start anew.
 * must: harmless
 * runs: 2
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    const first = Math.random();
    for (let i = 0; i < 1000; i += 1) Math.random();
    if (first !== 0.0 && Math.random() === first) found += 1;
    if (!(first >= 0 && first < 1)) found += 1;
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
