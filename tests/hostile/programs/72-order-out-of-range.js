/**
 * An order that points past the batch.
 * must: invalid
 * call: arrange
 */
module.exports = { arrange: (batch) => ({ order: new Uint32Array(batch.n).map((_, i) => i + 1) }) };
