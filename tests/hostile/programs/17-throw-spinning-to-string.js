/**
 * Throws an object that loops when turned into a text or a primitive.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    const spin = () => {
      for (;;);
    };
    throw {
      toString: spin,
      valueOf: spin,
      [Symbol.toPrimitive]: spin,
      get [Symbol.toStringTag]() {
        return spin();
      },
    };
  },
};
