/**
 * Data contracts: offers, the lattice of clauses, grants with their revisions and receipts, the access log, erasure
 * demands, and the gate that turns a clause and a query into a plan. A service reaches the owner's data only through here.
 * May touch: the store's contract tables by named operations, the vault's receipt key, addresses by the public fetcher.
 */
export { createGate, type Gate } from './gate/gate.ts';
export type { Answer, Caller, MediaAnswer, RateState, RefusedRequest, ServiceAccess } from './service-access.ts';
export { createContracts, type Contracts } from './contracts.ts';
export { ERASURE_TYP } from './erasure/erasure-answer.ts';
export { createPreview } from './requests/preview.ts';
export type { OwnerControl } from './owner-control.ts';
export type { Approvals, Ask, Decision, KnownClient } from './approvals.ts';
export { diff, leq, leqSets, meet, meetSets, normal } from './lattice/meet.ts';
export { canonicalDigest } from './offers/canonical.ts';
export { fieldTables } from './offers/field-tables.ts';
export { recordCheck } from './offers/own-schema.ts';
export { checkAsked, parseOffer } from './offers/parse-offer.ts';
export { signOffer } from './offers/sign-offer.ts';
export type { SigningKey } from './offers/signature.ts';
export { compareVersions } from './offers/versions.ts';
export { checkLimits, effective } from './limits/effective.ts';
export { signBundle } from './receipts/bundle.ts';
export { logEntryHash } from './receipts/log-hash.ts';
export { makeReceipt, signReceipt } from './receipts/receipt.ts';
export { bundleFingerprints, verifyBundle, verifyBundleText } from './receipts/verify-bundle.ts';
export { clauseView } from './words/clause-view.ts';
export { clauseChanges } from './words/changes.ts';
export { summaryOf } from './words/summary.ts';
export { createNoticeSender } from './webhooks/notice-sender.ts';
