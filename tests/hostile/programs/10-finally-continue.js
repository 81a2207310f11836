/**
 * finally blocks that swallow whatever tries to stop the loop.
 * must: killed
 */
module.exports = {
  score(batch, ctx) {
    for (;;) {
      try {
        for (;;);
      } finally {
        continue;
      }
    }
  },
};
