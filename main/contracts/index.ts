/**
 * Data contracts: offers, the lattice of clauses, grants with their revisions and receipts, the access log, erasure
 * demands, and the gate that turns a clause and a query into a plan. A service reaches the owner's data only through here.
 * May touch: the store's contract tables by named operations, the vault's receipt key, addresses by the public fetcher.
 */
export { createGate, type Gate } from './gate/gate.ts';
export type { Answer, Caller, MediaAnswer, RateState, ServiceAccess, Watch } from './service-access.ts';
export { createContracts, type Contracts, type ContractsOptions } from './contracts.ts';
export type { ContractEvent } from './grants/events.ts';
export { ErasureAnswer, ERASURE_TYP } from './erasure/erasure-answer.ts';
export type { PreviewClause } from './owner.ts';
export { createPreview } from './requests/preview.ts';
export type { OwnerControl } from './owner-control.ts';
export type { Approvals, Ask, Asked, Decision, KnownClient } from './approvals.ts';
export { diff, leq, leqSets, meet, meetSets, normal, type TermChange } from './lattice/meet.ts';
export { canonicalDigest, canonicalHash, canonicalJson } from './offers/canonical.ts';
export { clauseProblem } from './offers/clause-rules.ts';
export { fieldTables, type FieldShape, type FieldTable, type FieldTables } from './offers/field-tables.ts';
export { recordCheck, type RecordCheck } from './offers/own-schema.ts';
export { checkAsked, parseOffer, tablesOf } from './offers/parse-offer.ts';
export { checkReviews, signOffer, signReview, type ReviewCheck } from './offers/sign-offer.ts';
export type { SigningKey } from './offers/signature.ts';
export { compareVersions, titlesOf, type ClauseVersion, type Need, type VersionComparison } from './offers/versions.ts';
export { checkLimits, effective } from './limits/effective.ts';
export { signBundle } from './receipts/bundle.ts';
export { logEntryHash } from './receipts/log-hash.ts';
export { clausesHash, makeReceipt, receiptHash, signReceipt, type ReceiptFacts } from './receipts/receipt.ts';
export { bundleFingerprints, verifyBundle, verifyBundleText } from './receipts/verify-bundle.ts';
export { clauseView, type WordSources } from './words/clause-view.ts';
export { clauseChanges, type Told } from './words/changes.ts';
export { summaryOf } from './words/summary.ts';
export { createNoticeSender, type NoticeSenderOptions, type PostNotice } from './webhooks/notice-sender.ts';
export type { Notice, Outbox } from './webhooks/outbox.ts';
