import type { Generated } from 'kysely';

/** Who may ask. Times here and below are milliseconds UTC. */
export interface ServiceTable {
  id: string;
  client_id: string;
  kind: 'remote' | 'page' | 'local';
  /** Verified by fetching the client's document; null for a program on this computer. */
  host: string | null;
  name: string;
  /** JSON: the client document. */
  metadata: string;
  added_by: 'owner' | 'request';
  blocked: 0 | 1;
  added: number;
  /** When the document was last fetched or the file added. */
  checked: number;
}

/** A version of an offer, as it was signed. */
export interface OfferTable {
  digest: string;
  service: string;
  offer_id: string;
  version: number;
  /** JSON. */
  document: string;
  /** JSON: the client's keys when it was seen. */
  jwks: string;
  seen: number;
  /** Until when it is served beside its successor; null: it is the newest. */
  grace_until: number | null;
}

/** A contract. The heads of its two chains stand here. */
export interface ContractGrantTable {
  ref: Generated<number>;
  id: string;
  service: string;
  state: 'active' | 'paused' | 'withdrawn' | 'expired';
  /** Pausing and resuming everything leaves those of the owner's own and of a restore alone. */
  paused_by: 'owner' | 'all' | 'restore' | null;
  offer: string;
  /** Digest of a newer offer that the owner said no to. */
  declined: string | null;
  revision: number;
  /** JSON: clauses as they were asked for, within the offer; limits and policy narrow these. */
  asked: string;
  /** JSON. */
  limits: string;
  made: number;
  /** When the owner last said yes to the whole: the longest term counts from there. */
  agreed: number;
  ended: number | null;
  receipts: number;
  receipt_hash: string | null;
  log_count: number;
  log_hash: string | null;
  log_at: number;
}

/** Effective clauses, as they were in force. */
export interface GrantRevisionTable {
  grant_ref: number;
  revision: number;
  at: number;
  event: string;
  offer: string;
  /** JSON. */
  clauses: string;
}

export interface ReceiptTable {
  grant_ref: number;
  number: number;
  event: string;
  at: number;
  /** JSON. */
  document: string;
  jws: string;
  hash: string;
}

/** What requests have in common, kept once: JSON of `[clause, action, datatype, fields]`. */
export interface LogShapeTable {
  id: Generated<number>;
  shape: string;
}

/** One request of a service. */
export interface AccessLogTable {
  grant_ref: number;
  number: number;
  at: number;
  shape: number;
  rows: number;
  bytes: number;
  /** Place in `OUTCOMES`. */
  outcome: number;
  reason: string | null;
  revision: number;
  hash: Uint8Array;
}

/** A grant's log by UTC day, counted since 1970. */
export interface AccessDayTable {
  grant_ref: number;
  day: number;
  first: number;
  last: number;
  requests: number;
  refused: number;
  rows: number;
  bytes: number;
  /** Of its last entry. */
  hash: string;
  /** Number of the receipt that closes it. */
  receipt: number | null;
  /** 1: its single entries are gone. */
  pruned: 0 | 1;
}

/** What was really read, by day. */
export interface AccessUseTable {
  grant_ref: number;
  day: number;
  shape: number;
  requests: number;
  rows: number;
  /** `published` of the oldest record that was handed out. */
  oldest: number | null;
}

export interface ErasureTable {
  grant_ref: number;
  demanded: number;
  deadline: number | null;
  unreachable: 0 | 1;
  answered: number | null;
  /** The service's signed answer, as it came. */
  answer: string | null;
}

/** What a service is still to be told; written with the fact that it tells. */
export interface OutboxTable {
  id: Generated<number>;
  grant_ref: number;
  kind: string;
  /** JSON. */
  body: string;
  made: number;
  due: number;
  attempts: number;
  done: number | null;
  problem: string | null;
}

export interface ServiceWarningTable {
  id: Generated<number>;
  service: string;
  code: string;
  at: number;
}

/** Requests without a valid token or proof, by minute since 1970; they are not logged singly. */
export interface RefusedTokenTable {
  minute: number;
  /** Id of the service, or empty: whose they were is not known. */
  service: string;
  count: number;
}

export interface OwnerLoginTable {
  id: Generated<number>;
  at: number;
  way: string;
}

/** The contracts' part of the database. */
export interface ContractsDatabase {
  service: ServiceTable;
  offer: OfferTable;
  contract_grant: ContractGrantTable;
  grant_revision: GrantRevisionTable;
  receipt: ReceiptTable;
  log_shape: LogShapeTable;
  access_log: AccessLogTable;
  access_day: AccessDayTable;
  access_use: AccessUseTable;
  erasure: ErasureTable;
  outbox: OutboxTable;
  service_warning: ServiceWarningTable;
  refused_token: RefusedTokenTable;
  owner_login: OwnerLoginTable;
}
