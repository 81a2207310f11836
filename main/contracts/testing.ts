/** For tests, of other rooms too: a clause, and a bundle as a locker writes it. */
export { exampleBundle } from './receipts/testing.ts';
export { postsClause } from './grants/testing.ts';
