import { z } from 'zod';
import { Count, PostView } from './data.ts';
import { FeedNotice, Mix } from './feed.ts';

/** A look back: one visit a day, each with the posts of the day before it, ordered by a mix and by another. */
export const ReplayRequest = z.strictObject({
  /** Days back from now. */
  days: z.int().min(1).max(90).default(30),
  /** Posts that count as seen on a visit. */
  page: z.int().min(5).max(100).default(20),
  /** absent: the saved mix. */
  mix: Mix.optional(),
  /** What it is compared with; absent: newest first. */
  other: Mix.optional(),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

/** A mean over visits with its 95 % interval; `of`: visits or posts that it is a mean over. */
export const Estimate = z.strictObject({ mean: z.number(), low: z.number(), high: z.number(), of: Count });
export type Estimate = z.infer<typeof Estimate>;

/** One way of ordering, over all visits. */
export const ReplaySide = z.strictObject({
  name: z.string(),
  /** Places filled on the first pages, and posts hidden. */
  shown: Count,
  hidden: Count,
  /** Authors on the first pages, of those who wrote in the period. */
  authors: Count,
  /** Gini coefficient of the authors' places on first pages, 0 (even) to 1, over all authors of the period. */
  gini: z.number().nullable(),
  sources: Count,
  /** nDCG of the first pages against what the owner answered, boosted, saved or liked; null: nothing to go by. */
  ndcg: Estimate.nullable(),
  /** Share of the first pages that the owner acted on, and that the owner hid or asked for less of. */
  acted: Estimate.nullable(),
  unwanted: Estimate.nullable(),
  /** Algorithms that gave nothing on a visit, each once. */
  notices: z.array(FeedNotice),
});
export type ReplaySide = z.infer<typeof ReplaySide>;

/** Posts that one side shows and the other does not: how many, and some of them. */
export const ReplayPosts = z.strictObject({ count: Count, items: z.array(PostView) });
export type ReplayPosts = z.infer<typeof ReplayPosts>;

export const ReplayPerson = z.strictObject({
  uri: z.string(),
  name: z.string(),
  posts: Count,
  /** Places on first pages by the mix, and by the other. */
  mix: Count,
  other: Count,
  /** Posts that the mix hides and the other does not. */
  hidden: Count,
  iFollow: z.boolean(),
});
export type ReplayPerson = z.infer<typeof ReplayPerson>;

export const Replay = z.strictObject({
  /** UTC milliseconds. */
  from: z.int(),
  to: z.int(),
  visits: Count,
  posts: Count,
  /** Posts of the period that the owner answered, boosted, saved or liked: what the quality is measured by. */
  judged: Count,
  mix: ReplaySide,
  other: ReplaySide,
  /** Newest first, always told. */
  newest: ReplaySide,
  /** On a first page by the mix and not by the other; the reverse; hidden by the mix and on a first page by the other. */
  gained: ReplayPosts,
  missed: ReplayPosts,
  spared: ReplayPosts,
  lifted: z.array(ReplayPerson),
  sunk: z.array(ReplayPerson),
  hidden: z.array(ReplayPerson),
  tookMs: z.number(),
});
export type Replay = z.infer<typeof Replay>;

/** Somebody the owner follows whose latest posts were not on screen. */
export const QuietFriend = z.strictObject({
  uri: z.string(),
  name: z.string(),
  /** Posts of the period, none of which was seen. */
  posts: Count,
  /** Days since the newest post of theirs that was seen; null: none is known. */
  unseenDays: z.number().nullable(),
});
export type QuietFriend = z.infer<typeof QuietFriend>;

/** The last 30 days under the saved mix against newest first. */
export const FeedHealth = z.strictObject({
  replay: Replay,
  /** null: nothing at all was seen yet, so nobody is quieter than the others. */
  quiet: z.array(QuietFriend).nullable(),
});
export type FeedHealth = z.infer<typeof FeedHealth>;
