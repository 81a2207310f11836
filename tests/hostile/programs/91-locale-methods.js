/**
 * Anything that tells the machine or its language.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    for (const [value, names] of [
      ['', ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase']],
      [1, ['toLocaleString']],
      [1n, ['toLocaleString']],
      [[], ['toLocaleString']],
      [new Uint8Array(1), ['toLocaleString']],
      [{}, ['toLocaleString']],
    ]) {
      for (const name of names) if (value[name] !== undefined) found += 1;
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
