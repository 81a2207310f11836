/**
 * Exports null.
 * must: invalid
 */
module.exports = null;
