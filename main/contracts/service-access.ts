import type { LockerError } from '../../protocol/errors.ts';
import type { GrantView, SignedReceipt } from '../../protocol/contract/grant.ts';
import type {
  AggregateQuery,
  AppendBody,
  ChangesQuery,
  CountQuery,
  ListQuery,
  OneQuery,
  UpdateBody,
} from '../../protocol/service/records.ts';
import type { z } from 'zod';

/**
 * What the service API asks of the contracts room: every way by which a service reaches data, each under one clause.
 * The gate reads the grant anew for every call, writes the log row and answers only when it is on disk.
 */
export interface ServiceAccess {
  list(caller: Caller, datatype: string, query: ListQuery): Promise<Answer>;
  one(caller: Caller, datatype: string, id: string, query: z.infer<typeof OneQuery>): Promise<Answer>;
  count(caller: Caller, datatype: string, query: z.infer<typeof CountQuery>): Promise<Answer>;
  aggregate(caller: Caller, datatype: string, query: AggregateQuery): Promise<Answer>;
  /** What changed since the cursor, for a subscribing clause. */
  changes(caller: Caller, query: ChangesQuery): Promise<Answer>;
  /**
   * Change pages as they come, each logged; ends by itself, within a second, when the grant or its clause is withdrawn,
   * paused, limited or over, when the vault locks, or when `caller.signal` aborts.
   */
  watch(caller: Caller, query: ChangesQuery): Watch;
  /** The same `idempotencyKey` with the same body gives the same answer; with another, `key_conflict`. */
  append(
    caller: Caller,
    datatype: string,
    clause: string,
    body: z.infer<typeof AppendBody>,
    idempotencyKey: string | null,
  ): Promise<Answer>;
  /** Only records that this client appended; `ifMatch`: the ETag that `one` gave for all granted fields. */
  update(
    caller: Caller,
    datatype: string,
    id: string,
    clause: string,
    body: z.infer<typeof UpdateBody>,
    ifMatch: string | null,
  ): Promise<Answer>;
  remove(caller: Caller, datatype: string, id: string, clause: string, ifMatch: string | null): Promise<Answer>;
  /** A media file that a granted record holds; bytes come by `read`. */
  media(caller: Caller, id: string, clause: string): Promise<MediaAnswer>;
  grant(caller: Caller): Promise<Answer<GrantView>>;
  receipts(caller: Caller): Promise<Answer<{ items: SignedReceipt[] }>>;
  /** The service gives its contract back: a withdrawal, by the service. */
  giveBack(caller: Caller): Promise<Answer>;
  /** Writes down what was refused before it came to the gate, as its token held; resolves when it is on disk. */
  noteRefused(caller: Caller, request: RefusedRequest, error: LockerError): Promise<void>;
}

/** A stream of change pages; `ended` aborts as soon as it is over, also while its consumer takes no more pages. */
export interface Watch extends AsyncIterable<Answer> {
  readonly ended: AbortSignal;
}

/** What was asked, as far as it could be read. */
export interface RefusedRequest {
  readonly action: string;
  readonly clause: string | null;
  readonly datatype: string | null;
}

/** Who calls: a grant by a token that was looked up and whose proof held, in this request. */
export interface Caller {
  readonly grantId: string;
  readonly clientId: string;
  readonly signal: AbortSignal;
}

/** `RateLimit` of the clause: what is left and until when; null where the clause sets none. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export type Answer<T = unknown> =
  | {
      readonly kind: 'answered';
      readonly status: 200 | 201 | 204;
      /** The parsed body, and its JSON exactly as it is to be sent. */
      readonly value: T;
      readonly json: string;
      /** Digest of the released bytes, in quotes. */
      readonly etag: string;
      readonly revision: number;
      readonly rate: RateState | null;
    }
  | {
      readonly kind: 'refused';
      readonly error: LockerError;
      /** Clause that was asked under, and null where the grant is unknown or over. */
      readonly revision: number | null;
      readonly rate: RateState | null;
      readonly retryAfterSeconds: number | null;
    };

export type MediaAnswer =
  | {
      readonly kind: 'answered';
      readonly mediaType: string;
      readonly size: number;
      readonly etag: string;
      readonly revision: number;
      readonly rate: RateState | null;
      /** Bytes `from` to `to`, both inclusive; counted and logged as they are read. */
      readonly read: (from: number, to: number) => AsyncIterable<Uint8Array>;
    }
  | Extract<Answer, { kind: 'refused' }>;
