import type { Generated } from 'kysely';

/** Feeds as they were shown. Ids are record ids; times are milliseconds UTC. */
export interface FeedSnapshotTable {
  feed_id: string;
  created: number;
  /** 1: made while the owner tried a mix. */
  preview: 0 | 1;
  input_digest: string;
  output_digest: string;
  /** JSON of what the feed was made with. */
  document: string;
  /** Record ids in the feed's order, doubles. */
  shown: Uint8Array;
  /** Record ids of hidden posts, doubles. */
  hidden: Uint8Array;
  /** A 32-bit number per shown, then per hidden post: its version. */
  prints: Uint8Array;
  /** Compressed JSON of the marks. */
  marks: Uint8Array;
  position: number | null;
  position_set: number | null;
}

/** Posts that a feed hid in the last 30 days, with all causes as JSON. */
export interface FeedHideTable {
  record: number;
  causes: string;
  first_hidden: number;
  last_hidden: number;
}

/** What the owner keeps an algorithm away from. */
export interface FeedExceptionTable {
  id: string;
  algorithm: string;
  target: 'author' | 'thread' | 'post';
  uri: string;
  /** Store key of the thread, or record id of the post. */
  key: number | null;
  name: string;
  created: number;
}

/** What an algorithm has learnt in an entry of a mix. */
export interface FeedStateTable {
  mix: string;
  entry: string;
  /** SHA-256 of the code that learnt it: another code can't read it. */
  algorithm: string;
  /** Doubles, at most 64 KiB. */
  state: Uint8Array;
  learnt: number;
}

/** Two posts of which the owner would rather have seen the first. */
export interface FeedComparisonTable {
  id: Generated<number>;
  better: number;
  worse: number;
  at: number;
  /** JSON of what the feed knew about both. */
  facts: string;
}

/** The feed's part of the database. */
export interface FeedDatabase {
  feed_snapshot: FeedSnapshotTable;
  feed_hide: FeedHideTable;
  feed_exception: FeedExceptionTable;
  feed_state: FeedStateTable;
  feed_comparison: FeedComparisonTable;
}
