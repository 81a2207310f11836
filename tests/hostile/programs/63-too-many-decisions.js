/**
 * Two hundred thousand decisions, far more than allowed.
 * must: invalid
 * call: decide
 */
module.exports = {
  decide(batch) {
    const m = 2e5;
    return {
      row: new Uint32Array(m),
      severity: new Uint8Array(m).fill(3),
      target: new Uint8Array(m),
      reason: new Uint16Array(m),
      args: new Float64Array(m * 2),
    };
  },
};
