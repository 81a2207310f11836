import { z } from 'zod';
import { Clause, Instant } from './clause.ts';
import { ClientId, Digest } from './offer.ts';

/** active: in force; paused: by the owner, 403; withdrawn and expired: over, for good. */
export const GrantState = z.enum(['active', 'paused', 'withdrawn', 'expired']);
export type GrantState = z.infer<typeof GrantState>;

export const GRANT_EVENTS = [
  'granted',
  'limited',
  'widened',
  'paused',
  'resumed',
  'withdrawn',
  'expired',
  'version accepted',
  'day closed',
] as const;
export const GrantEvent = z.enum(GRANT_EVENTS);
export type GrantEvent = z.infer<typeof GrantEvent>;

/** 22 base64url characters: 128 random bits. */
export const GrantId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** What a service may know of its own grant: the effective clauses, never the owner's limits. */
export const GrantView = z.strictObject({
  grant_id: GrantId,
  client_id: ClientId,
  state: GrantState,
  revision: z.int().min(1),
  offer: z.strictObject({ id: z.string(), version: z.int(), digest: Digest }),
  since: Instant,
  authorization_details: z.array(Clause),
});
export type GrantView = z.infer<typeof GrantView>;

/**
 * One signed event of a grant; members follow the W3C DPV guide to consent records. The signature is a compact JWS
 * (EdDSA, `typ: locker-receipt+jws`) over the canonical JSON of this object, by the locker's key.
 */
export const Receipt = z.strictObject({
  identifier: z.string(),
  grant_id: GrantId,
  /** 1 for the first, without gaps. */
  number: z.int().min(1),
  event: GrantEvent,
  at: Instant,
  /** Names of the two sides. */
  data_subject: z.string(),
  data_controller: z.strictObject({ client_id: ClientId, name: z.string(), contact: z.string() }),
  notice: z.string().nullable(),
  offer: z.strictObject({ id: z.string(), version: z.int(), digest: Digest }),
  revision: z.int().min(0),
  /** SHA-256 of the canonical JSON of the effective clauses, base64url. */
  clauses_hash: Digest,
  /** For `day closed`: the day (UTC) and the hash that its log ends with. */
  day: z
    .strictObject({ date: z.iso.date(), hash: Digest, requests: z.int(), rows: z.int(), bytes: z.int() })
    .nullable(),
  /** SHA-256 of the receipt before, as signed; null in the first. */
  previous: Digest.nullable(),
});
export type Receipt = z.infer<typeof Receipt>;
export const SignedReceipt = z.strictObject({ receipt: Receipt, jws: z.string() });
export type SignedReceipt = z.infer<typeof SignedReceipt>;

/** How a request of a service ended. */
export const Outcome = z.enum(['answered', 'refused', 'stopped', 'failed']);
export type Outcome = z.infer<typeof Outcome>;

/** One request of a service. `hash` is SHA-256 over the canonical JSON of the entry without it, which contains `previous`. */
export const LogEntry = z.strictObject({
  grant_id: GrantId,
  number: z.int().min(1),
  at: Instant,
  clause_id: z.string().nullable(),
  action: z.string(),
  datatype: z.string().nullable(),
  fields: z.array(z.string()),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  outcome: Outcome,
  /** A code of the error table when it was not answered. */
  reason: z.string().nullable(),
  revision: z.int(),
  previous: Digest.nullable(),
  hash: Digest,
});
export type LogEntry = z.infer<typeof LogEntry>;

/** A day whose single entries are no longer kept. */
export const ClosedDay = z.strictObject({
  date: z.iso.date(),
  first: z.int(),
  last: z.int(),
  hash: Digest,
  requests: z.int(),
  rows: z.int(),
  bytes: z.int(),
});
export type ClosedDay = z.infer<typeof ClosedDay>;

/** What `locker verify` checks with nothing but the keys inside and, if given, a fingerprint that the reader trusts. */
export const Bundle = z.strictObject({
  format: z.literal('data-locker-bundle/1'),
  made: Instant,
  /** The locker's public keys: JWK set. */
  jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }),
  grants: z.array(
    z.strictObject({
      grant_id: GrantId,
      offer: z.record(z.string(), z.unknown()),
      client_jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }),
      /** Effective clauses by revision. */
      revisions: z.array(z.strictObject({ revision: z.int(), at: Instant, clauses: z.array(Clause) })),
      receipts: z.array(SignedReceipt),
      days: z.array(ClosedDay),
      log: z.array(LogEntry),
      erasure: z.unknown().nullable(),
    }),
  ),
  /** Compact JWS (`typ: locker-bundle+jws`) by the locker's key over the digest of every part above. */
  sig: z.string().max(1_000_000),
});
export type Bundle = z.infer<typeof Bundle>;
