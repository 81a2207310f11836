/**
 * The encrypted store: the only SQL in the project. One writer thread owns the only connection that may change the file,
 * readers see snapshots. Other rooms call named operations; they never see a connection.
 * May touch: the store's file, its write-ahead log, lock and backups. Imports protocol only.
 */
export { openStore, restoreStore, STORE_FILE, type Store } from './store.ts';
export { listBackups } from './list-backups.ts';
export { connectWriter, type ImportWriter } from './import-writer.ts';
export type { ReadInput, ReadOutput } from './operations.ts';
export { PreparedAuthor, PreparedRecord } from '../derive/index.ts';
export type { Listed, ListedRow } from './gated/answer.ts';
export { openServiceReader, type ReadOptions, type ServiceReader } from './gated/service-reader.ts';
export type { AuthorRow } from './records/feed-authors.ts';
export type { FeedColumns } from './records/feed-columns.ts';
export { ACTS_AS_OF, ACTS_HALF_LIFE, type OwnHistory } from './records/own-history.ts';
export { POST_ACTS } from './records/post-acts.ts';
export type { PostFactColumns } from './records/post-fact-columns.ts';
export { LabelEntry } from './labels/entry-operations.ts';
export type { StoredLabelSource } from './labels/source-operations.ts';
export type { StoredPost, StoredRef } from './records/post-reads.ts';
export type { Upserted } from './records/upsert-batch.ts';
export type { LogRow } from './contracts/append-log.ts';
export type { KeptChain } from './contracts/bundle-reads.ts';
export type { GrantChange } from './contracts/change-grants.ts';
export type { KeptErasure } from './contracts/erasure-operations.ts';
export type { KeptRevision } from './contracts/grant-reads.ts';
export type { KeptGrant } from './contracts/kept-grant.ts';
export type { KeptDay, KeptUse } from './contracts/log-reads.ts';
export type { KeptService } from './contracts/service-operations.ts';
export type { Appended } from './gate/appends.ts';
export type { ChangeStream, StreamState } from './gate/change-streams.ts';
export type { Delivered, NewDelivery } from './gate/deliveries.ts';
export type { KeptState } from './oauth/oauth-operations.ts';
