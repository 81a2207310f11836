/**
 * An order that drops posts.
 * must: invalid
 * call: arrange
 */
module.exports = { arrange: () => ({ order: new Uint32Array(1) }) };
