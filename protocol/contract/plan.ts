import { z } from 'zod';
import { AnyDatatype } from '../datatypes.ts';
import { Json } from '../json.ts';
import { Bucket, Condition, FieldName } from './clause.ts';

/**
 * What the gate lets the store read: data only, made by `compile(clause, query)` and nowhere else. The store turns it into
 * one statement; nothing is added and nothing is filtered afterwards.
 */

/**
 * A condition as the store compares it: a time (`published`) is UTC milliseconds; a number on an identifier field is the
 * `uriKey` of the value (what a pseudonym inverts to), a text on one is the value itself.
 */
export const PlanCondition = Condition;
export type PlanCondition = z.infer<typeof PlanCondition>;

/** Which records may be seen at all: every part holds at once. */
export const RowScope = z.strictObject({
  datatype: AnyDatatype,
  /** Conditions of the clause, then of the query. */
  conditions: z.array(PlanCondition),
  /**
   * UTC milliseconds over `published`, `since ≤ published < until`; null: no bound. When a bound is set, records without a
   * time are outside.
   */
  since: z.int().nullable(),
  until: z.int().nullable(),
  othersPrivate: z.boolean(),
  /** Only records that this client appended (update, delete); null: all. */
  appendedBy: z.string().nullable(),
});
export type RowScope = z.infer<typeof RowScope>;

/** Words that must all occur in the granted text fields `fields`; folded by the same function as at writing. */
export const PlanWords = z.strictObject({ text: z.string().min(1).max(500), fields: z.array(FieldName).min(1) });

/** Key of a record that does not depend on other records: datatype and URI (or what identifies it). */
export const RecordKey = z.strictObject({ ref: z.int(), identity: z.int() });
export type RecordKey = z.infer<typeof RecordKey>;

const Projection = z.array(FieldName).min(1);

export const ListPlan = z.strictObject({
  kind: z.literal('list'),
  scope: RowScope,
  words: PlanWords.nullable(),
  fields: Projection,
  /**
   * Then by `ref` and identity, in the same direction. An identifier field is ordered by the `uriKey` of its values, which
   * tells nothing of them; a record without the field comes first in ascending order. Null: by `ref`, then identity, which
   * tells nothing of any field; `after.value` is null then.
   */
  order: z.strictObject({ field: FieldName, direction: z.enum(['asc', 'desc']) }).nullable(),
  /** Row after which to go on; null: from the start. */
  after: z.strictObject({ value: z.union([z.string(), z.number(), z.null()]), key: RecordKey }).nullable(),
  /** Most rows; the reader also says whether there are more. */
  limit: z.int().min(1).max(1000),
});
export type ListPlan = z.infer<typeof ListPlan>;
export const OnePlan = z.strictObject({ kind: z.literal('one'), scope: RowScope, fields: Projection, key: RecordKey });
export const CountPlan = z.strictObject({ kind: z.literal('count'), scope: RowScope, words: PlanWords.nullable() });
export const AggregatePlan = z.strictObject({
  kind: z.literal('aggregate'),
  scope: RowScope,
  bucket: Bucket,
  /** Group besides the bucket by this field; null: by time alone. */
  by: FieldName.nullable(),
  minGroup: z.int().min(1),
  limit: z.int().min(1).max(1000),
  /**
   * Records as they were at this change of the store, so that all counts of a day are of the same rows and values; null:
   * as they are now. What is not kept of the past any more is missing: ask for the change of a day that is on.
   */
  atSeq: z.int().nullable(),
});
export type AggregatePlan = z.infer<typeof AggregatePlan>;
export type CountPlan = z.infer<typeof CountPlan>;
/** Which of these keys are in scope now, with their projection: what the change stream is made from. */
export const CheckPlan = z.strictObject({
  kind: z.literal('check'),
  scope: RowScope,
  fields: Projection,
  keys: z.array(RecordKey).max(1000),
});
/** Records of the datatype that changed or left after `afterSeq` inside the store, in scope or not, oldest change first. */
export const ChangedPlan = z.strictObject({
  kind: z.literal('changed'),
  scope: RowScope,
  fields: Projection,
  afterSeq: z.int(),
  limit: z.int().min(1).max(1000),
});
export type ChangedPlan = z.infer<typeof ChangedPlan>;
export const Plan = z.discriminatedUnion('kind', [ListPlan, OnePlan, CountPlan, AggregatePlan, CheckPlan, ChangedPlan]);
export type Plan = z.infer<typeof Plan>;

/** Field → its value as `fieldsOf` gives it; what a record doesn't tell is absent. */
const PlanValues = z.record(z.string(), Json);

/** A row as the reader hands it over: raw values, identifiers not yet replaced; inside the locker only. */
export const PlanRow = z.strictObject({
  key: RecordKey,
  seq: z.int(),
  /** Value of the order field. */
  at: z.union([z.string(), z.number(), z.null()]),
  values: PlanValues,
});
export type PlanRow = z.infer<typeof PlanRow>;
export const PlanAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rows'), rows: z.array(PlanRow), more: z.boolean() }),
  z.strictObject({ kind: z.literal('count'), count: z.int() }),
  z.strictObject({
    kind: z.literal('groups'),
    /** `bucket`: its start, UTC milliseconds (`bucketStart`). Newest first, then in an order of `by` that tells nothing of it. */
    groups: z.array(z.strictObject({ bucket: z.int(), by: Json, count: z.int() })),
    more: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('changes'),
    /** `values` null: not in scope now, or gone; it matters only where it was told before. */
    changes: z.array(z.strictObject({ key: RecordKey, seq: z.int(), values: PlanValues.nullable() })),
    more: z.boolean(),
    /** Without `more`: all changes up to this one have been looked at. */
    upTo: z.int(),
    /** False: what left after `afterSeq` is not known any more; `check` what was told. */
    complete: z.boolean(),
  }),
]);
export type PlanAnswer = z.infer<typeof PlanAnswer>;
