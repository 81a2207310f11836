/**
 * import() of modules by name, path and data.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    let found = 0;
    for (const what of [
      'fs',
      'node:fs',
      'node:process',
      '/etc/passwd',
      'data:text/javascript,export default 1',
      'isolated-vm',
    ]) {
      import(what).then(
        () => {
          for (;;);
        },
        () => 0,
      );
    }
    return { score: new Float64Array(batch.n).fill(found) };
  },
};
