import { z } from 'zod';
import { AnyDatatype } from '../datatypes.ts';
import { Json, JsonObject } from '../json.ts';
import { Bucket, Condition, FieldName, Instant } from '../contract/clause.ts';

/** Shapes of the service API: what a service sends and gets (docs/API.md). */

/** A record's name for one grant: 32 hexadecimal digits, meaningless outside it. */
export const PublicId = z.string().regex(/^[0-9a-f]{32}$/);
export const ClauseId = z.string().min(1).max(64);
/** Sealed; only handed back as it is. */
export const Cursor = z.string().min(1).max(4096);
export const FieldList = z
  .string()
  .max(2000)
  .regex(/^[A-Za-z][A-Za-z0-9_-]*(?:,[A-Za-z][A-Za-z0-9_-]*)*$/);

export const DatatypeParams = z.strictObject({ datatype: AnyDatatype });
export const RecordParams = z.strictObject({ datatype: AnyDatatype, id: PublicId });

/** `filter` is a JSON array of conditions, each at most as wide as the clause. */
export const FilterText = z.string().max(8000);
export const Conditions = z.array(Condition).max(20);

export const ListQuery = z.strictObject({
  clause: ClauseId,
  /** Comma-separated; all granted fields if absent. */
  fields: FieldList.optional(),
  filter: FilterText.optional(),
  /**
   * `published` or `-published`: a granted, indexed field, `-` for descending. Absent: newest first where `published` is
   * granted, else in an order that tells nothing.
   */
  order: z
    .string()
    .max(65)
    .regex(/^-?[A-Za-z][A-Za-z0-9_-]*$/)
    .optional(),
  q: z.string().min(1).max(500).optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
export type ListQuery = z.infer<typeof ListQuery>;
export const OneQuery = z.strictObject({ clause: ClauseId, fields: FieldList.optional() });

export const ServiceRecord = z.strictObject({ id: PublicId, fields: JsonObject });
export type ServiceRecord = z.infer<typeof ServiceRecord>;
export const RecordList = z.strictObject({ items: z.array(ServiceRecord), next: Cursor.nullable() });
export type RecordList = z.infer<typeof RecordList>;

export const CountQuery = z.strictObject({
  clause: ClauseId,
  filter: FilterText.optional(),
  q: z.string().min(1).max(500).optional(),
});
export const RecordCount = z.strictObject({ count: z.int().min(0) });

export const AggregateQuery = z.strictObject({
  clause: ClauseId,
  bucket: Bucket.optional(),
  by: FieldName.optional(),
  filter: FilterText.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(366),
});
export type AggregateQuery = z.infer<typeof AggregateQuery>;
export const Aggregate = z.strictObject({
  bucket: Bucket,
  groups: z.array(z.strictObject({ start: Instant, by: Json.optional(), count: z.int().min(1) })),
});
export type Aggregate = z.infer<typeof Aggregate>;

export const ChangesQuery = z.strictObject({
  clause: ClauseId,
  datatype: AnyDatatype.optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export type ChangesQuery = z.infer<typeof ChangesQuery>;
/** put: new or different; remove: no longer covered, for whatever reason. */
export const Change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put'), datatype: AnyDatatype, id: PublicId, fields: JsonObject }),
  z.strictObject({ kind: z.literal('remove'), datatype: AnyDatatype, id: PublicId }),
]);
export type Change = z.infer<typeof Change>;
/** `cursor` goes on after the last change; `more`: ask again at once. */
export const ChangePage = z.strictObject({ changes: z.array(Change), cursor: Cursor, more: z.boolean() });
export type ChangePage = z.infer<typeof ChangePage>;

/** `key` is the service's own name for it, unique per service; the same key again is the same record. */
export const NewRecord = z.strictObject({ key: z.string().min(1).max(200), fields: JsonObject });
export type NewRecord = z.infer<typeof NewRecord>;
export const AppendBody = z.strictObject({ records: z.array(NewRecord).min(1).max(500) });
export const Appended = z.strictObject({
  items: z.array(z.strictObject({ key: z.string(), id: PublicId, added: z.boolean() })),
});
export type Appended = z.infer<typeof Appended>;
export const ClauseQuery = z.strictObject({ clause: ClauseId });
/** Fields to replace; null removes one. */
export const UpdateBody = z.strictObject({ fields: JsonObject });
export const MediaParams = z.strictObject({ id: PublicId });
