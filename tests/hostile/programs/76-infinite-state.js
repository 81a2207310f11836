/**
 * State that is not finite.
 * must: invalid
 * call: fit
 */
module.exports = { fit: () => Float64Array.of(1, Infinity) };
