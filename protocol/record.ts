import { z } from 'zod';
import { AnyDatatype } from './datatypes.ts';
import { JsonObject } from './json.ts';

/** `unknown` is treated as `direct` wherever it matters. */
export const Visibility = z.enum(['public', 'unlisted', 'followers', 'direct', 'unknown']);
export type Visibility = z.infer<typeof Visibility>;

/** Longest canonical URI that is kept; longer ones are a reason to skip the record. */
export const URI_MAX = 2048;
/** Largest body, in UTF-16 code units of its JSON. */
export const BODY_MAX = 1024 * 1024;

/** `actor` of the acts the owner makes inside the locker (likes, hides, mutes…). */
export const OWNER_ACTOR = 'urn:locker:owner';

/**
 * One item as an importer or live source hands it over.
 *
 * `body` is ActivityStreams 2.0 JSON, and is where every fact about the record comes from:
 * - social.post: an object (`Note`, `Article`, `Page`, `Question`, `Image`, `Video`, `Audio`…) with `attributedTo`
 *   (URI or embedded actor), `content` (HTML) or `source`, `name` (title), `summary` (content warning), `contentMap`,
 *   `inReplyTo`, `quote` (URI), `tag[]`, `attachment[]`, `url`, `sensitive`, `to`/`cc`, and counts as
 *   `replies|likes|shares|dislikes: {type: 'Collection', totalItems}`; or an `Announce` (a boost) with `actor` and `object`.
 * - social.reaction: `Like`, `Dislike` ("less like this"), `More` (the locker's own: "more like this"), `EmojiReact`,
 *   `Ignore` (hide) with `actor`, `object`.
 * - social.follow `Follow`, social.mute `Ignore`, social.block `Block`: `actor`, `object` (URI or embedded actor; a host is `https://host/`).
 * - social.bookmark `Add` with `actor`, `object`; social.list `Collection` with `name`, `items[]`.
 * - social.profile / social.person: an actor (`Person`, `Service`, `Group`, `Organization`, `Application`).
 * - activity.view `View`, activity.search `Search`, label `Flag`; media.item `Image`, `Video`, `Audio`, `Document`.
 */
export const IntakeRecord = z.strictObject({
  datatype: AnyDatatype,
  /** Canonical URI; null when the source gives none (the store then keys it by a digest). */
  uri: z.string().min(1).max(URI_MAX).nullable(),
  /** The source account or address the record came from: an actor URI, a DID, a feed's address. */
  source: z.string().min(1).max(URI_MAX),
  /** Publication time, integer UTC milliseconds; null when the source gives none. */
  published: z.int().nullable(),
  /** The original text of the time, as written by the source. */
  publishedText: z.string().max(200).nullable(),
  /** True when the time had no zone (taken as UTC) or is not the record's own. */
  timeEstimated: z.boolean(),
  /** Written or done by the owner's own account. */
  mine: z.boolean(),
  body: JsonObject,
});
export type IntakeRecord = z.infer<typeof IntakeRecord>;

/** Kinds of text a post is made of, in the order of `Batch.text.kind`. */
export const TEXT_KINDS = ['content', 'warning', 'alt', 'card', 'tag', 'host', 'quote'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];
