/**
 * Registered symbols, which no collector frees.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    for (let i = 0; ; i += 1) Symbol.for('hostile ' + i + 'x'.repeat(1000));
  },
};
