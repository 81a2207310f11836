import { z } from 'zod';
import { AnyDatatype } from '../datatypes.ts';
import { JsonObject } from '../json.ts';
import { Visibility } from '../record.ts';

/** A record's id on the owner's side: a decimal string. */
export const RecordIdText = z.string().regex(/^-?\d{1,16}$/);
export const Count = z.int().min(0);

export const AuthorView = z.strictObject({
  uri: z.string(),
  name: z.string(),
  handle: z.string().nullable(),
  /** Address of the picture at its origin; never loaded without the owner's choice. */
  avatar: z.string().nullable(),
  iFollow: z.boolean(),
});
export type AuthorView = z.infer<typeof AuthorView>;

export const MediaView = z.strictObject({
  kind: z.enum(['image', 'video', 'audio', 'file']),
  url: z.string(),
  mediaType: z.string().nullable(),
  alt: z.string().nullable(),
  /** Held in the locker: address of a single-resource URL; null when only the remote address is known. */
  local: z.string().nullable(),
});

export const CardView = z.strictObject({
  url: z.string(),
  host: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
});

/** A post that is referred to by another one: boosted, quoted, answered. */
export const PostRef = z.strictObject({
  uri: z.string(),
  id: RecordIdText.nullable(),
  author: AuthorView.nullable(),
  /** Plain text, shortened. */
  text: z.string().nullable(),
});

/** A post as screens draw it. */
export const PostView = z.strictObject({
  id: RecordIdText,
  uri: z.string().nullable(),
  url: z.string().nullable(),
  author: AuthorView.nullable(),
  /** Account or address it came by. */
  source: z.string(),
  published: z.int().nullable(),
  timeEstimated: z.boolean(),
  title: z.string().nullable(),
  /** HTML as published, unsanitised: screens pass it through the sanitiser. */
  html: z.string(),
  text: z.string(),
  warning: z.string().nullable(),
  language: z.string().nullable(),
  sensitive: z.boolean(),
  visibility: Visibility,
  mine: z.boolean(),
  replies: Count.nullable(),
  boosts: Count.nullable(),
  likes: Count.nullable(),
  media: z.array(MediaView),
  cards: z.array(CardView),
  tags: z.array(z.string()),
  inReplyTo: PostRef.nullable(),
  boostOf: PostRef.nullable(),
  quoteOf: PostRef.nullable(),
  /** The owner's acts on it that are in force. */
  acts: z.array(z.enum(['like', 'save', 'hide', 'more', 'less', 'mute', 'block'])),
});
export type PostView = z.infer<typeof PostView>;

/** A row of "my data". */
export const RecordRow = z.strictObject({
  id: RecordIdText,
  datatype: AnyDatatype,
  uri: z.string().nullable(),
  source: z.string(),
  published: z.int().nullable(),
  author: AuthorView.nullable(),
  /** One line of plain text that says what it is. */
  summary: z.string(),
  edited: z.boolean(),
  mine: z.boolean(),
});
export type RecordRow = z.infer<typeof RecordRow>;

export const RecordQuery = z.strictObject({
  q: z.string().max(500).optional(),
  datatype: AnyDatatype.optional(),
  source: z.string().max(2048).optional(),
  author: z.string().max(2048).optional(),
  run: z.string().max(40).optional(),
  /** UTC milliseconds, inclusive. */
  from: z.coerce.number().int().optional(),
  to: z.coerce.number().int().optional(),
  /** `best` ranks only the newest 2,000 hits of `q`. */
  order: z.enum(['newest', 'best']).default('newest'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type RecordQuery = z.infer<typeof RecordQuery>;

export const RecordPage = z.strictObject({ items: z.array(RecordRow), next: z.string().nullable() });
export type RecordPage = z.infer<typeof RecordPage>;

/** What to hand out: the same as a list shows, newest first. */
export const ExportQuery = RecordQuery.omit({ order: true, cursor: true, limit: true }).extend({
  /** body: ActivityStreams JSON (a service's own records: plain JSON); fields: flat, by the names of `DATATYPES`. */
  as: z.enum(['body', 'fields']).default('body'),
});
export type ExportQuery = z.infer<typeof ExportQuery>;
/** A record with the owner's changes. */
export const ExportedRecord = z.strictObject({
  datatype: AnyDatatype,
  source: z.string(),
  /** RFC 3339, UTC; null: it tells none. */
  published: z.string().nullable(),
  mine: z.boolean(),
  edited: z.boolean(),
  record: JsonObject,
});
export type ExportedRecord = z.infer<typeof ExportedRecord>;

export const RecordDetail = z.strictObject({
  row: RecordRow,
  body: JsonObject,
  /** The owner's changes, which imports never overwrite; null: none. */
  overlay: JsonObject.nullable(),
  runs: z.array(z.strictObject({ id: z.string(), at: z.int(), name: z.string() })),
  publishedText: z.string().nullable(),
  timeEstimated: z.boolean(),
  post: PostView.nullable(),
});
export type RecordDetail = z.infer<typeof RecordDetail>;

/** Top-level body members to replace; null removes one. An empty object drops all of the owner's changes. */
export const EditRecord = z.strictObject({ changes: JsonObject });
export const DeleteRecords = z.strictObject({ ids: z.array(RecordIdText).min(1).max(1000) });
/** `undo` brings back exactly what was deleted, for ten minutes. */
export const DeletedRecords = z.strictObject({ deleted: Count, undo: z.string() });
export const UndoDelete = z.strictObject({ undo: z.string().max(100) });
export const Restored = z.strictObject({ restored: Count });

export const DataSummary = z.strictObject({
  total: Count,
  byDatatype: z.array(z.strictObject({ datatype: AnyDatatype, count: Count })),
  bySource: z.array(z.strictObject({ source: z.string(), count: Count })),
  oldest: z.int().nullable(),
  newest: z.int().nullable(),
});
export type DataSummary = z.infer<typeof DataSummary>;

/** like, save: kept as yours; hide: this post; more, less: of the like, one or the other; mute, block: its author. */
export const Act = z.enum(['like', 'save', 'hide', 'more', 'less', 'mute', 'block']);
export type Act = z.infer<typeof Act>;
export const MakeAct = z.strictObject({ act: Act, record: RecordIdText });
export const ActMade = z.strictObject({ id: z.string() });
