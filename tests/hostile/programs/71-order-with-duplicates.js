/**
 * Shows one post twice and drops another.
 * must: invalid
 * call: arrange
 */
module.exports = { arrange: (batch) => ({ order: new Uint32Array(batch.n) }) };
