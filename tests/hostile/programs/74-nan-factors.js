/**
 * Factors that are not numbers.
 * must: invalid
 * call: dampen
 */
module.exports = { dampen: (batch) => new Float64Array(batch.n).fill(NaN) };
