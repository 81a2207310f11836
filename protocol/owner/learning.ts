import { z } from 'zod';
import { Count, PostView, RecordIdText } from './data.ts';

/** How many comparisons the owner has answered. */
export const Comparisons = z.strictObject({ answered: Count });
export type Comparisons = z.infer<typeof Comparisons>;

export const PairRequest = z.strictObject({
  /** Posts not to be asked about now, for instance those of a question that was passed over. */
  without: z.array(RecordIdText).max(400).optional(),
  /** One of the two. */
  about: RecordIdText.optional(),
});
export type PairRequest = z.infer<typeof PairRequest>;

/** Two posts to ask about: "which would you rather have seen". Null: there is nothing to ask about. */
export const ComparisonPair = z.strictObject({ answered: Count, pair: z.tuple([PostView, PostView]).nullable() });
export type ComparisonPair = z.infer<typeof ComparisonPair>;

export const CompareRequest = z
  .strictObject({ better: RecordIdText, worse: RecordIdText })
  .refine(({ better, worse }) => better !== worse, 'two posts');
export type CompareRequest = z.infer<typeof CompareRequest>;

/** The owner's answers, latest first. */
export const Answers = z.strictObject({
  items: z.array(z.strictObject({ better: PostView, worse: PostView, at: z.int() })),
  total: Count,
  offset: Count,
});
export type Answers = z.infer<typeof Answers>;

/** A fact that speaks for or against a post by what was learnt. */
export const TasteFact = z.strictObject({
  name: z.string(),
  /** True: the more of it, the higher a post comes. */
  lifts: z.boolean(),
  /** Its part of all that was learnt, 0..1. */
  share: z.number().min(0).max(1),
});
export type TasteFact = z.infer<typeof TasteFact>;

/** What one algorithm has learnt in one entry of one mix. */
export const LearntEntry = z.strictObject({
  mix: z.string(),
  /** Null: there is no such mix any more. */
  mixName: z.string().nullable(),
  entry: z.string(),
  /** Null: what learnt it is in the mix no more. */
  algorithm: z.string().nullable(),
  name: z.string(),
  learns: z.enum(['reading', 'comparisons']).nullable(),
  enabled: z.boolean(),
  /** In the mix that makes the feed. */
  current: z.boolean(),
  /** Null: it has learnt nothing. */
  learnt: z.strictObject({ at: z.int(), bytes: Count }).nullable(),
  /** Learnt by other code than there is now: not read any more. */
  outdated: z.boolean(),
  /** Answers that it wants before it ranks anything, as its setting `enough` says; null: it doesn't say. */
  enough: Count.nullable(),
  /** What it makes of the owner's answers; null: it can't tell yet, or doesn't learn from them. */
  taste: z
    .strictObject({
      facts: z.array(TasteFact),
      /** Answers, of those it was asked about, that fit what it learnt. */
      fits: Count,
      of: Count,
    })
    .nullable(),
});
export type LearntEntry = z.infer<typeof LearntEntry>;
export const Learnt = z.strictObject({ items: z.array(LearntEntry) });
export type Learnt = z.infer<typeof Learnt>;

/** Posts of which the owner wanted more, or less, of the like; latest first. */
export const Wishes = z.strictObject({
  items: z.array(z.strictObject({ act: z.enum(['more', 'less']), post: PostView, at: z.int().nullable() })),
  total: Count,
  offset: Count,
});
export type Wishes = z.infer<typeof Wishes>;
