/**
 * module.exports itself loops when read.
 * must: killed
 */
Object.defineProperty(module, 'exports', {
  get() {
    for (;;);
  },
});
