/**
 * Exports nothing that could be called.
 * must: invalid
 */
module.exports = { score: 1 };
