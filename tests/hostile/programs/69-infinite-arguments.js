/**
 * An infinite argument.
 * must: invalid
 * call: decide
 */
module.exports = {
  decide: () => ({
    row: Uint32Array.of(0),
    severity: Uint8Array.of(3),
    target: Uint8Array.of(0),
    reason: Uint16Array.of(0),
    args: Float64Array.of(-Infinity, NaN),
  }),
};
