/**
 * Reading the call loops.
 * must: killed
 */
module.exports = {
  get score() {
    for (;;);
  },
};
