/**
 * Throws an object whose prototype loops on instanceof.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    const prototype = new Proxy(
      {},
      {
        getPrototypeOf() {
          for (;;);
        },
        get() {
          for (;;);
        },
      },
    );
    throw Object.create(prototype);
  },
};
