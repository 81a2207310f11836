import type { Generated } from 'kysely';

/** A labeler or list that the owner subscribed to. Times are milliseconds UTC. */
export interface LabelSourceTable {
  num: Generated<number>;
  id: string;
  kind: 'labels' | 'list';
  name: string;
  /** Who makes it: a DID, or what the list says of itself. */
  publisher: string;
  /** Null: it came as a file. */
  address: string | null;
  allow_loopback: 0 | 1;
  /** `did:key` that signatures are checked with. */
  key: string | null;
  interval_minutes: number;
  enabled: 0 | 1;
  created: number;
  next_due: number;
  /** Counts the times it was taken in: a list's entries of earlier rounds are gone. */
  round: number;
  failures: number;
  /** Where the next question to a labeler goes on. */
  cursor: string | null;
  etag: string | null;
  last_modified: string | null;
  last_polled: number | null;
  last_changed: number | null;
  last_problem: string | null;
}

export interface LabelKindTable {
  num: Generated<number>;
  source: number;
  value: string;
  about: 'post' | 'account' | 'host';
  /** -1: leave alone; null: not decided. */
  severity: -1 | 0 | 1 | 2 | 3 | null;
  advised: 0 | 1 | 2 | 3;
}

export interface LabelTable {
  kind: number;
  /** Of the post or account; a host's name. */
  uri: string;
  /** Version of the post that is meant; empty: all. */
  cid: string;
  /** Key of the URI; 0: it is a host. */
  subject: number;
  negated: 0 | 1;
  made: number;
  expires: number | null;
  round: number;
}

/** "This label, not for this person". */
export interface LabelExceptionTable {
  id: string;
  source: number;
  value: string;
  /** Key of an account. */
  author: number;
  uri: string;
  name: string;
  created: number;
}

export interface LabelsDatabase {
  label_source: LabelSourceTable;
  label_kind: LabelKindTable;
  label: LabelTable;
  label_exception: LabelExceptionTable;
}
