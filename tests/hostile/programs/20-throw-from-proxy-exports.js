/**
 * The exports are a proxy that throws itself.
 * must: thrown
 */
const exports = new Proxy(
  {},
  {
    get() {
      throw exports;
    },
  },
);
module.exports = exports;
