/**
 * Code that cannot be parsed, and tries to end the function it stands in.
 * must: thrown
 */
} ; for (;;); (function () {
