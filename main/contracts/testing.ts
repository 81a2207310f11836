/** For tests, of other rooms too: clauses, random ones among them, and a bundle as a locker writes it. */
export { anyClause, anyProbe, clauseOf, grants, type Probe } from './lattice/testing.ts';
export { exampleBundle, type ExampleBundle } from './receipts/testing.ts';
export { openTestContracts, postsClause, testService, type TestContracts, type TestService } from './grants/testing.ts';
