import type { Generated } from 'kysely';

/** The random key that a contract's ids, pseudonyms and page markers are made by. */
export interface GrantKeyTable {
  grant_id: string;
  key: Uint8Array;
}

/** The latest change when a contract's first aggregate of a UTC day was made. */
export interface AggregateDayTable {
  grant_id: string;
  /** UTC days since 1970. */
  day: number;
  seq: number;
}

/** A record as it was from change `seq` on, before change `until`: what the counts of a day may still ask of it. */
export interface RecordPastTable {
  num: Generated<number>;
  datatype: string;
  own_time: number;
  mine: 0 | 1;
  /** Of the owner's own, or as public as `others_private` asks for. */
  open: 0 | 1;
  /** JSON: comparable values of the fields that may be filtered by. */
  fields: string;
  seq: number;
  until: number;
}

/** How far the change stream of a clause and datatype is. */
export interface ChangeStreamTable {
  num: Generated<number>;
  grant_id: string;
  clause_id: string;
  datatype: string;
  /** Digest of what the clause releases and of which rows; with another one everything is looked at again. */
  terms: string;
  /** sweep: what was given is checked; list: what is there is listed; follow: changes are followed. */
  phase: 'sweep' | 'list' | 'follow';
  /** JSON: where sweep or list goes on; null: from the start. */
  place: string | null;
  /** Changes up to this one are dealt with. */
  seq: number;
}

/** What a service was given of a record, or will be. */
export interface DeliveryTable {
  stream: number;
  ref: number;
  identity: number;
  /** Of the released fields as the service was last given them; null: it has nothing of it. */
  digest: string | null;
  /** Has its change number, but was not given yet. */
  queued: 0 | 1;
  /** Number of its latest change, by contract and clause. */
  n: number;
  /** `own_time` of the record when it was given. */
  own_time: number | null;
}

/** An append that was answered, so that the same request again adds nothing. */
export interface IdempotencyTable {
  grant_id: string;
  key: string;
  /** Of the request. */
  digest: string;
  /** JSON. */
  answer: string;
  at: number;
}

export interface GateDatabase {
  grant_key: GrantKeyTable;
  aggregate_day: AggregateDayTable;
  record_past: RecordPastTable;
  change_stream: ChangeStreamTable;
  delivery: DeliveryTable;
  idempotency: IdempotencyTable;
}
