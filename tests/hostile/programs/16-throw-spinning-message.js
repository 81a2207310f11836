/**
 * Throws an error whose message, stack and name loop when read.
 * must: thrown
 */
module.exports = {
  score(batch, ctx) {
    const error = new Error('x');
    for (const name of ['message', 'stack', 'name', 'cause', 'code']) {
      Object.defineProperty(error, name, {
        get() {
          for (;;);
        },
      });
    }
    throw error;
  },
};
