/**
 * Decides about a row that is not in the batch.
 * must: invalid
 * call: decide
 */
module.exports = {
  decide: () => ({
    row: Uint32Array.of(4294967295),
    severity: Uint8Array.of(3),
    target: Uint8Array.of(0),
    reason: Uint16Array.of(0),
    args: Float64Array.of(1, NaN),
  }),
};
