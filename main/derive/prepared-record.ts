import { z } from 'zod';
import { AnyDatatype } from '../../protocol/datatypes.ts';
import { BODY_MAX, URI_MAX, Visibility } from '../../protocol/record.ts';

/** A URI as a number of 52 bits; 0: none. */
const Key = z.int().min(0);
const Uri = z.string().max(URI_MAX);
const CountOrUnknown = z.int().min(0).nullable();

/** What a record tells about the account that made it. Null: not told. */
export const PreparedAuthor = z.strictObject({
  key: Key,
  uri: Uri,
  name: z.string().max(200).nullable(),
  handle: z.string().max(600).nullable(),
  avatar: Uri.nullable(),
  followers: CountOrUnknown,
  following: CountOrUnknown,
  posts: CountOrUnknown,
  created: z.int().nullable(),
  aliases: z.array(Key),
  alsoKnownAs: z.array(Key),
  embedded: z.boolean(),
});
export type PreparedAuthor = z.infer<typeof PreparedAuthor>;

/** What a post tells beyond its text: the facts behind the feed columns. Keys of 0: none. */
export const PreparedPost = z.strictObject({
  replyTo: Key,
  boostOf: Key,
  quoteOf: Key,
  /** Author of what is answered or boosted, where the address tells. */
  targetAuthor: Key,
  replies: CountOrUnknown,
  boosts: CountOrUnknown,
  likes: CountOrUnknown,
  downs: CountOrUnknown,
  mediaCount: z.int().min(0),
  hasLink: z.boolean(),
  chars: z.int().min(0),
  language: z.string().max(60).nullable(),
  sensitive: z.boolean(),
  visibility: Visibility,
  mentions: z.array(Key).max(300),
});
export type PreparedPost = z.infer<typeof PreparedPost>;

/** A record with everything worked out that the store keeps beside its body. Made by the records room. */
export const PreparedRecord = z.strictObject({
  datatype: AnyDatatype,
  uri: Uri.nullable(),
  /** Key of the URI; without one, of source account, time and normalised text. */
  ref: Key,
  /** 52 more bits of the same and the datatype: a record is one `ref` and `identity`. */
  identity: Key,
  source: Uri,
  published: z.int().nullable(),
  publishedText: z.string().max(200).nullable(),
  estimated: z.boolean(),
  mine: z.boolean(),
  /** JSON text. */
  body: z.string().max(BODY_MAX),
  bodyDigest: z.string().length(22),
  /** ActivityStreams type. */
  kind: z.string().max(100),
  /** One line of plain text that says what it is. */
  summary: z.string().max(300),
  author: PreparedAuthor.nullable(),
  /** What a reaction, follow, bookmark or view is about. */
  object: z.strictObject({ ref: Key, author: Key, host: z.string().max(260).nullable() }).nullable(),
  /** Texts by kind, joined by U+001F. */
  text: z.string(),
  /** A digit per text of `text`: index into TEXT_KINDS; `n`: name, searched but no text of a post. */
  kinds: z.string(),
  /** What the full-text index is given where that differs from `text`. */
  search: z.string().nullable(),
  post: PreparedPost.nullable(),
});
export type PreparedRecord = z.infer<typeof PreparedRecord>;

/** Stands between the texts in `PreparedRecord.text`. */
export const TEXT_SEPARATOR = '\u001f';
