import { z } from 'zod';
import { ServiceDatatype } from '../datatypes.ts';
import { JsonObject } from '../json.ts';
import { Clauses, Duration, FieldName, Instant, Condition, Privilege, PurposeTerm, Window } from './clause.ts';

/**
 * SHA-256 of the canonical JSON (RFC 8785) of a document without its `digest`, `sig` and `reviews`, base64url without
 * padding.
 */
export const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const HttpsUrl = z
  .string()
  .max(2048)
  .regex(/^https:\/\/[^\s/?#]+/);
/** A remote service's or page's https URL; a program on this computer: `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…`, never fetched. */
export const ClientId = z
  .string()
  .max(2048)
  .regex(/^(?:https:\/\/[^\s/?#]+|http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5})(?:\/[^\s#]*)?$/);

export const Controller = z.strictObject({
  name: z.string().min(1).max(200),
  address: z.string().max(500).default(''),
  contact: z.string().min(1).max(320),
  /** ISO 3166 code of the country whose law applies. */
  jurisdiction: z.string().regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/),
});
export type Controller = z.infer<typeof Controller>;

/** A service-owned datatype: its records are flat objects whose properties the schema names. */
export const OwnDatatype = z.strictObject({
  name: ServiceDatatype,
  title: z.string().min(1).max(100),
  /** JSON Schema 2020-12 of one record; checked for size, depth and vocabulary before it is compiled. */
  schema: JsonObject,
  /** Properties that may be filtered and sorted by. */
  indexed: z.array(FieldName).max(10).default([]),
});
export type OwnDatatype = z.infer<typeof OwnDatatype>;

/** What a service asks for: an immutable version, signed by a key of the client's `jwks`. */
export const Offer = z.strictObject({
  contract_version: z.literal('1'),
  /** The contract's own address; the same in all versions. */
  id: z.string().min(1).max(2048),
  version: z.int().min(1).max(1_000_000),
  /** Digest of the version before; absent in the first. */
  replaces: Digest.optional(),
  digest: Digest,
  client_id: ClientId,
  controller: Controller,
  notice_uri: z.string().max(2048).optional(),
  /** Main language of its texts. */
  language: z.string().min(2).max(35),
  /** Until when the version before is served; never less than 90 days after this one was seen. */
  grace_until: Instant.optional(),
  datatypes: z.array(OwnDatatype).max(20).default([]),
  clauses: Clauses,
  /** Where signed notices go; must share the client's origin. */
  webhook: z.string().max(2048).optional(),
  /** Compact JWS with detached payload over the digest; `reviews`: further signatures by reviewers. */
  sig: z.string().min(1).max(4096),
  reviews: z
    .array(z.strictObject({ by: HttpsUrl, sig: z.string().max(4096) }))
    .max(5)
    .default([]),
});
export type Offer = z.infer<typeof Offer>;

/** An OAuth client metadata document, as far as the locker reads it (unknown members are left alone, RFC 7591). */
export const ClientMetadata = z.looseObject({
  client_id: ClientId,
  client_name: z.string().min(1).max(200),
  client_uri: z.string().max(2048).optional(),
  redirect_uris: z.array(z.string().max(2048)).min(1).max(10),
  /** `private_key_jwt`: a service with a server; `none`: a page or program (PKCE and DPoP only). */
  token_endpoint_auth_method: z.enum(['private_key_jwt', 'none']),
  jwks: z.looseObject({ keys: z.array(JsonObject).min(1).max(10) }),
  /** Where its offer is, for a client that is known by its address. */
  locker_offer_uri: z.string().max(2048).optional(),
});
export type ClientMetadata = z.infer<typeof ClientMetadata>;

/** What a program on this computer hands to its owner: everything in one file, nothing is fetched. */
export const OfferFile = z.strictObject({ client: ClientMetadata, offer: JsonObject });
export type OfferFile = z.infer<typeof OfferFile>;

/** remote: has a server and a verified host; page: in a browser, with a verified host; local: on this computer, not verified. */
export const ClientKind = z.enum(['remote', 'page', 'local']);
export type ClientKind = z.infer<typeof ClientKind>;

/**
 * What the owner takes away from a clause. Everything is optional, and each part only narrows:
 * the effective clause is `offer ⊓ limits ⊓ policy`. The service never sees limits.
 */
export const ClauseLimit = z.strictObject({
  clause_id: z.string().min(1).max(64),
  /** The clause is not granted at all. */
  off: z.boolean().default(false),
  /** Fields that stay granted. */
  fields: z.array(FieldName).min(1).max(80).optional(),
  actions: z.array(z.string().max(20)).min(1).max(6).optional(),
  datatypes: z.array(z.string().max(200)).min(1).max(20).optional(),
  filter: z.array(Condition).max(20).optional(),
  window: Window.optional(),
  privileges: z.tuple([Privilege]).optional(),
  max_items: z.int().min(1).optional(),
  per_hour: z.int().min(0).optional(),
  rows_per_day: z.int().min(0).optional(),
  bytes_per_day: z.int().min(0).optional(),
  until: Instant.optional(),
  /** True takes away others' records that are not public, even where the clause asks for them. */
  no_others_private: z.boolean().optional(),
});
export type ClauseLimit = z.infer<typeof ClauseLimit>;
export const Limits = z.array(ClauseLimit).max(20);
export type Limits = z.infer<typeof Limits>;

/** Standing rules that every grant is met with. */
export const OwnerPolicy = z.strictObject({
  /** Datatypes that are never released. */
  never: z.array(z.string().max(200)).max(30).default([]),
  /** Nothing older than this is released. */
  rolling: Duration.nullable().default(null),
  /** Purposes for which identifiers are always replaced. */
  pseudonymousFor: z.array(PurposeTerm).max(20).default([]),
  /** Others' records that are not public are never released. */
  neverOthersPrivate: z.boolean().default(false),
  /** No grant runs longer than this without a new yes. */
  longest: Duration.nullable().default(null),
});
export type OwnerPolicy = z.infer<typeof OwnerPolicy>;
