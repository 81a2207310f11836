/**
 * The exports are a proxy whose traps loop.
 * must: killed
 */
module.exports = new Proxy(
  {},
  {
    get() {
      for (;;);
    },
    has() {
      for (;;);
    },
  },
);
