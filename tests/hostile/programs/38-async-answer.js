/**
 * An asynchronous call: its answer is a promise.
 * must: invalid
 */
module.exports = { score: async (batch) => ({ score: new Float64Array(batch.n) }) };
