/**
 * A map without end.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    const map = new Map();
    for (let i = 0; ; i += 1) map.set(i, { i });
  },
};
