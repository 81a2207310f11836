import { z } from 'zod';
import { Kind, LocalText, Manifest, SettingValues } from '../manifest.ts';
import { Count, PostView, RecordIdText } from './data.ts';

/** One algorithm in the mix. The weight counts for rankers only; rerankers run in list order. */
export const MixEntry = z.strictObject({
  /** Stable within the mix, so the same algorithm can be in it twice. */
  entry: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  algorithm: z.string().max(100),
  enabled: z.boolean(),
  weight: z.number().min(0).max(100),
  settings: SettingValues,
});
export type MixEntry = z.infer<typeof MixEntry>;

/**
 * Where posts come from, or whose they are: a source by its URI; a list of accounts among the owner's records by its URI;
 * a list of accounts that the owner subscribed to (`labels`) by its id.
 */
export const Origin = z.strictObject({
  kind: z.enum(['source', 'list', 'labels']),
  id: z.string().min(1).max(2048),
  /** As it was called when it was chosen: what is gone is told by it. Empty: it has no name. */
  name: z.string().max(300),
});
export type Origin = z.infer<typeof Origin>;

/** What a mix can be limited to: posts of a source, accounts on a list. */
export const Origins = z.strictObject({ items: z.array(Origin.extend({ holds: Count })) });
export type Origins = z.infer<typeof Origins>;

export const Mix = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  name: z.string().min(1).max(80),
  /** rank: mid-ranks; score: only where every ranker in it declares `normalised`. */
  blend: z.enum(['rank', 'score']),
  window: z.strictObject({ maxItems: z.int().min(1).max(200_000), maxAgeHours: z.number().positive().nullable() }),
  /** Only posts that come from one of these, or are by somebody on one of these; absent: everything. */
  looksAt: z.array(Origin).min(1).max(60).optional(),
  entries: z.array(MixEntry).max(60),
});
export type Mix = z.infer<typeof Mix>;

/** The owner's mixes: one of them makes the feed. */
export const Mixes = z
  .strictObject({ current: Mix.shape.id, items: z.array(Mix).min(1).max(50) })
  .refine(({ current, items }) => items.some(({ id }) => id === current), 'no such mix');
export type Mixes = z.infer<typeof Mixes>;
export const ChooseMix = z.strictObject({ id: Mix.shape.id });

/** A mix in a file, for somebody else: it names algorithms and holds none. */
export const MixFile = z.strictObject({
  format: z.literal('data-locker-mix'),
  version: z.literal(1),
  mix: Mix,
  /** What each algorithm of the mix is called, for a locker that does not have it. */
  algorithms: z
    .array(z.strictObject({ id: z.string().max(100), name: z.string().max(200), version: z.string().max(100) }))
    .max(60),
});
export type MixFile = z.infer<typeof MixFile>;

/** A reason with its numbers already turned into words. */
export const ReasonText = z.strictObject({ code: z.string(), text: z.string() });
export type ReasonText = z.infer<typeof ReasonText>;

/** Why one algorithm marked a post. */
export const Cause = z.strictObject({
  /** Mix entry, or `owner` for the owner's own hides, mutes and blocks. */
  entry: z.string(),
  algorithm: z.string().nullable(),
  name: z.string(),
  severity: z.int().min(0).max(3),
  target: z.enum(['post', 'author', 'thread', 'word', 'host']),
  reason: ReasonText,
  /** The label behind it, and the source that put it there. */
  label: z.strictObject({ source: z.string(), value: z.string() }).optional(),
});
export type Cause = z.infer<typeof Cause>;

export const FeedItem = z.strictObject({
  /** 1-based place in this feed. */
  rank: z.int().min(1),
  post: PostView,
  /** Marks below "hide": inform, warn, blur media. */
  marks: z.array(Cause),
  /** One line: the strongest reason it is here. */
  because: z.string().nullable(),
});
export type FeedItem = z.infer<typeof FeedItem>;

/** An algorithm that gave nothing in this feed, or (`gone`, by its name alone) something the mix looks at that isn't there. */
export const FeedNotice = z.strictObject({
  entry: z.string(),
  algorithm: z.string(),
  name: z.string(),
  problem: z.enum([
    'deadline',
    'exit',
    'frame',
    'thrown',
    'invalid',
    'unavailable',
    'suspended',
    'tampered',
    'revoked',
    'missing',
    'gone',
  ]),
});

export type FeedNotice = z.infer<typeof FeedNotice>;

export const FeedRequest = z.strictObject({
  /** A mix to try without saving it; absent: the saved one. */
  mix: Mix.optional(),
  /** newest: newest-first with the owner's own mutes only. */
  order: z.enum(['mix', 'newest']).default('mix'),
  limit: z.int().min(1).max(200).default(40),
  /** A feed to compare with: items carry what changed. */
  previous: z.string().max(40).optional(),
});
export type FeedRequest = z.infer<typeof FeedRequest>;

/** Where a post stood in the feed that this one is compared with, and what moved it. Ranks are 1-based; null: not shown. */
export const Move = z.strictObject({
  record: RecordIdText,
  from: z.int().min(1).nullable(),
  to: z.int().min(1).nullable(),
  /** The entry of the mix that moved it most; null: not known. `owner`: the owner's own rules. */
  by: z
    .strictObject({
      entry: z.string(),
      name: z.string(),
      /** By a ranker or damper, that lifts or sinks it now, or less than before; by a reranker; out of the feed, or back in it. */
      how: z.enum(['lifts', 'liftsLess', 'sinks', 'sinksLess', 'arranges', 'hides', 'shows']),
    })
    .nullable(),
});
export type Move = z.infer<typeof Move>;

export const FeedPage = z.strictObject({
  feedId: z.string(),
  now: z.int(),
  /** Posts in the window, and what became of them. */
  total: Count,
  hidden: Count,
  items: z.array(FeedItem),
  offset: Count,
  /** Posts left after this page. */
  left: Count,
  notices: z.array(FeedNotice),
  /** Against `previous`: ids on this page that were not on the same page of it, and ids that left it. */
  entered: z.array(RecordIdText),
  leftPage: z.array(RecordIdText),
  /** Of the posts on this page and those that left it, the ones that stand elsewhere than in `previous`. */
  moves: z.array(Move),
  /** Where the owner was reading, if this feed is the one that was left. */
  position: RecordIdText.nullable(),
  /** Milliseconds, for the owner's interest and for benchmarks. */
  tookMs: z.number(),
});
export type FeedPage = z.infer<typeof FeedPage>;

export const PageQuery = z.strictObject({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(40),
});
export const FeedPageQuery = PageQuery.extend({
  /** A feed to compare with. */
  previous: z.string().max(40).optional(),
});

/** Columns in which at least one post or author of the saved mix's window has a value. */
export const ColumnsKnown = z.strictObject({ columns: z.array(z.string()) });
export type ColumnsKnown = z.infer<typeof ColumnsKnown>;

export const HiddenItem = z.strictObject({ post: PostView, causes: z.array(Cause).min(1), hiddenAt: z.int() });
export type HiddenItem = z.infer<typeof HiddenItem>;
export const HiddenPage = z.strictObject({ items: z.array(HiddenItem), total: Count, offset: Count });
export type HiddenPage = z.infer<typeof HiddenPage>;

/** One ranker's part in where a post stands. */
export const WhyShare = z.strictObject({
  entry: z.string(),
  algorithm: z.string(),
  name: z.string(),
  weight: z.number(),
  /** 0..1 within this batch; null: could not score (counted as 0.5). */
  rank: z.number().nullable(),
  /** Part of the blended score, 0..1; all shares add up to 1. */
  share: z.number(),
  estimated: z.boolean(),
  contributions: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number(),
      /** Where the post would stand (1-based) had this contribution's columns their batch median; null: not worked out. */
      rankWithout: z.int().nullable(),
    }),
  ),
});

export type WhyShare = z.infer<typeof WhyShare>;

export const Why = z.strictObject({
  rank: z.int().nullable(),
  total: Count,
  newestRank: z.int().nullable(),
  blended: z.number().nullable(),
  shares: z.array(WhyShare),
  dampers: z.array(z.strictObject({ entry: z.string(), name: z.string(), factor: z.number() })),
  /** 1-based ranks before the first reranker and after each. */
  rearranged: z.array(
    z.strictObject({
      entry: z.string(),
      name: z.string(),
      before: z.int(),
      after: z.int(),
      reason: ReasonText.nullable(),
    }),
  ),
  marks: z.array(Cause),
  /** The counterfactual in a sentence: "It would be 37th without …". */
  sentence: z.string(),
});
export type Why = z.infer<typeof Why>;

export const NewCount = z.strictObject({ count: Count });
export const SetPosition = z.strictObject({ record: RecordIdText });

export const Verdict = z.strictObject({
  feedId: z.string(),
  /** same: recomputed to the same bytes; differs: it did not; inputs-changed: records changed since, listed. */
  verdict: z.enum(['same', 'differs', 'inputs-changed']),
  changed: z.array(RecordIdText),
});
export type Verdict = z.infer<typeof Verdict>;

/** "This was wrong": an algorithm leaves this author, thread, or label for this person alone. */
export const Exception = z.strictObject({
  id: z.string(),
  algorithm: z.string(),
  target: z.enum(['author', 'thread', 'post']),
  uri: z.string(),
  name: z.string(),
  createdAt: z.int(),
});
export type Exception = z.infer<typeof Exception>;
export const MakeException = z.strictObject({
  algorithm: z.string().max(100),
  target: z.enum(['author', 'thread', 'post']),
  record: RecordIdText,
});
export const Exceptions = z.strictObject({ items: z.array(Exception) });

/** An installed algorithm as its card shows it. */
export const AlgorithmCard = z.strictObject({
  id: z.string(),
  version: z.string(),
  hash: z.string(),
  kind: Kind,
  name: z.string(),
  summary: z.string(),
  lifts: z.string().nullable(),
  sinks: z.string().nullable(),
  /** What it reads, in plain words. */
  reads: z.array(z.string()),
  tier: z.enum(['fast', 'hardened']),
  /** Suspended after repeated failures, until this time. */
  suspendedUntil: z.int().nullable(),
  /** The repository it came from; null: with the app, or from a file. */
  repository: z.string().nullable(),
  /** Why its repository took it back, and whether the owner runs it nevertheless; null: it was not. */
  revoked: z.strictObject({ reason: z.string(), overridden: z.boolean() }).nullable(),
  manifest: Manifest,
});
export type AlgorithmCard = z.infer<typeof AlgorithmCard>;
export const AlgorithmCards = z.strictObject({ items: z.array(AlgorithmCard) });
export const AlgorithmSource = z.strictObject({ code: z.string(), page: z.string() });

/** One of the owner's muted words. */
export const MutedWord = z.strictObject({
  value: z.string().min(1).max(200),
  targets: z
    .array(z.enum(['content', 'tag']))
    .min(1)
    .max(2),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  excludeFollowing: z.boolean(),
  expiresAt: z.int().nullable(),
});
export type MutedWord = z.infer<typeof MutedWord>;
export const MutedWords = z.strictObject({
  words: z.array(MutedWord).max(2000),
  hosts: z.array(z.string().min(1).max(253)).max(2000),
});
export type MutedWords = z.infer<typeof MutedWords>;

export { LocalText };
