import { z } from 'zod';
import { AnyDatatype } from '../datatypes.ts';

/** `type` of a clause: an RFC 9396 authorization details type. */
export const CLAUSE_TYPE = 'urn:locker:clause:v1';

/** read: by id; query: list, count, aggregate and word match; subscribe: changes; the rest change what the service added. */
export const ACTIONS = ['read', 'query', 'subscribe', 'append', 'update', 'delete'] as const;
export const Action = z.enum(ACTIONS);
export type Action = z.infer<typeof Action>;

/** From most to least: each sees less than the one before. */
export const PRIVILEGES = ['raw', 'pseudonymous', 'aggregate'] as const;
export const Privilege = z.enum(PRIVILEGES);
export type Privilege = z.infer<typeof Privilege>;

/** From fine to coarse. */
export const BUCKETS = ['PT1H', 'P1D', 'P7D', 'P28D'] as const;
export const Bucket = z.enum(BUCKETS);
export type Bucket = z.infer<typeof Bucket>;

/** Whole days or whole hours: `P90D`, `PT6H`. */
export const Duration = z.string().regex(/^(?:P[1-9]\d{0,4}D|PT[1-9]\d{0,5}H)$/);
/** RFC 3339, UTC, whole seconds or milliseconds: `2026-11-25T00:00:00Z`. */
export const Instant = z.iso.datetime({ offset: false, local: false });

/** A field's name: of the datatype's field table, or a top-level property of a service-owned record. */
export const FieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
export const FilterValue = z.union([z.string().max(2048), z.number(), z.boolean()]);
export type FilterValue = z.infer<typeof FilterValue>;

/** `in` takes a list, the others one value; `gte` and `lte` order numbers and times (`Instant`), never other text. */
export const Condition = z.union([
  z.strictObject({ field: FieldName, op: z.literal('in'), value: z.array(FilterValue).min(1).max(100) }),
  z.strictObject({ field: FieldName, op: z.enum(['eq', 'gte', 'lte']), value: FilterValue }),
]);
export type Condition = z.infer<typeof Condition>;

/**
 * All parts hold at once; a record without a time is outside any window that has a part.
 * `since` itself is inside, `until` is outside.
 */
export const Window = z.strictObject({
  since: Instant.optional(),
  until: Instant.optional(),
  rolling: Duration.optional(),
});
export type Window = z.infer<typeof Window>;

const Granularity = z.strictObject({
  bucket: Bucket.optional(),
  /** Groups of fewer records are left out. */
  min_group: z.int().min(1).max(1_000_000).optional(),
  /** Most records in one answer. */
  max_items: z.int().min(1).max(1_000_000).optional(),
});
export type Granularity = z.infer<typeof Granularity>;

const Rate = z.strictObject({
  per_hour: z.int().min(0).max(1_000_000_000).optional(),
  rows_per_day: z.int().min(0).max(1_000_000_000).optional(),
  bytes_per_day: z.int().min(0).max(1_000_000_000_000).optional(),
});
export type Rate = z.infer<typeof Rate>;

/** In force from `from` on, and no longer at `until`. */
export const Validity = z.strictObject({
  from: Instant.optional(),
  until: Instant.optional(),
  /** `ask`: the service may ask again shortly before the end; nothing renews by itself. */
  renewal: z.enum(['none', 'ask']).default('none'),
});
export type Validity = z.infer<typeof Validity>;

export const Retention = z.strictObject({
  /** Longest time that the service keeps a copy; absent: it states none. */
  max: Duration.optional(),
  on_withdraw: z.enum(['erase', 'keep']).default('keep'),
});
export type Retention = z.infer<typeof Retention>;

/** Language tag → what the service says about its purpose, shown as it is. */
export const PurposeText = z.record(
  z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/),
  z.strictObject({ short: z.string().min(1).max(120), long: z.string().max(2000).default('') }),
);

/** A W3C DPV purpose term without its prefix: `ServicePersonalisation`, `Advertising`. */
export const PurposeTerm = z.string().regex(/^[A-Z][A-Za-z]{1,63}$/);

/**
 * What a service may do with which records: one RFC 9396 object. An unknown member is refused, never ignored.
 * Lists that are sets (`actions`, `datatypes`, `fields`, `purpose`, `recipients`) carry no order.
 */
export const Clause = z.strictObject({
  type: z.literal(CLAUSE_TYPE),
  /** Stable across versions of an offer. */
  clause_id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  actions: z.array(Action).min(1).max(6),
  datatypes: z.array(AnyDatatype).min(1).max(20),
  fields: z.array(FieldName).min(1).max(80),
  filter: z.array(Condition).max(20).default([]),
  window: Window.default({}),
  privileges: z.tuple([Privilege]),
  granularity: Granularity.default({}),
  rate: Rate.default({}),
  validity: Validity.default({ renewal: 'none' }),
  /** Others' records that are not public are included. */
  others_private: z.boolean().default(false),
  /** `optional` is the narrower of the two: a clause that becomes required asks for more. */
  necessity: z.enum(['required', 'optional']),
  purpose: z.array(PurposeTerm).min(1).max(10),
  purpose_text: PurposeText,
  retention: Retention.default({ on_withdraw: 'keep' }),
  /** Whom the service passes it to; empty: nobody. */
  recipients: z.array(z.string().min(1).max(200)).max(20).default([]),
});
/** A clause with every default filled in. */
export type Clause = z.infer<typeof Clause>;
export const Clauses = z.array(Clause).min(1).max(20);

/** Terms that the locker enforces, and terms that the service only promises. */
export const ENFORCED = [
  'actions',
  'datatypes',
  'fields',
  'filter',
  'window',
  'privileges',
  'granularity',
  'rate',
  'validity',
  'others_private',
] as const;
export const PROMISED = ['purpose', 'retention', 'recipients'] as const;
