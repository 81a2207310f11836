/**
 * Data contracts: offers, the lattice of clauses, grants with their revisions and receipts, the access log, erasure
 * demands, and the gate that turns a clause and a query into a plan. A service reaches the owner's data only through here.
 * May touch: the store's contract tables by named operations, the vault's receipt key, addresses by the public fetcher.
 */
export type { Answer, Caller, MediaAnswer, RateState, ServiceAccess } from './service-access.ts';
export type { Approvals, Ask, Asked, Decision, KnownClient } from './approvals.ts';
export { diff, leq, leqSets, meet, meetSets, normal, type TermChange } from './lattice/meet.ts';
