import { z } from 'zod';
import { SettingValues } from '../manifest.ts';
import { Count } from './data.ts';
import { FeedNotice } from './feed.ts';
import { ReplayPosts } from './replay.ts';
import { RuleDraft } from './rules.ts';

/** What is tried: something installed, something of a repository, or rules that were not saved yet. */
export const TrialSubject = z.union([
  z.strictObject({ installed: z.string().min(1).max(100) }),
  z.strictObject({ rules: RuleDraft }),
  z.strictObject({ repository: z.string().max(40), id: z.string().max(100), version: z.string().max(100) }),
]);
export type TrialSubject = z.infer<typeof TrialSubject>;

export const TrialRequest = z.strictObject({
  subject: TrialSubject,
  /** absent: as the package has them. */
  settings: SettingValues.optional(),
  /** Whether the facts are measured too: dozens of runs. */
  facts: z.boolean().default(true),
});
export type TrialRequest = z.infer<typeof TrialRequest>;

/**
 * How far a post moves when one thing about it is changed and nothing else: ten times the followers of its author, one
 * more like, or its author under another number (which should move nothing).
 */
export const Fact = z.strictObject({
  fact: z.enum(['followers', 'like', 'renamed']),
  /** False: the algorithm is not given what changed. */
  reads: z.boolean(),
  /** Posts that were changed one by one, and how many of them moved, or were marked otherwise. */
  tried: Count,
  moved: Count,
  /** Places up, of those that were tried: the middle one and the farthest; null for blockers. */
  middle: z.number().nullable(),
  farthest: z.number().nullable(),
});
export type Fact = z.infer<typeof Fact>;

/** Somebody whose posts stand elsewhere than in the order of time: the mean of places up (down: negative). */
export const TrialPerson = z.strictObject({ uri: z.string(), name: z.string(), posts: Count, places: z.number() });
export type TrialPerson = z.infer<typeof TrialPerson>;

/** What an algorithm does by itself with the posts of the owner's window. */
export const Trial = z.strictObject({
  posts: Count,
  /** Why it gave nothing: then all else is empty. */
  failure: z.enum(['deadline', 'exit', 'frame', 'thrown', 'invalid', 'unavailable']).nullable(),
  /** Posts it could not score; posts it marks without hiding. */
  unscored: Count,
  marked: Count,
  hidden: ReplayPosts,
  /** For everything but blockers: the posts it puts first. */
  top: ReplayPosts,
  lifted: z.array(TrialPerson),
  sunk: z.array(TrialPerson),
  /** People most of whose posts it hides, with their number. */
  hiddenPeople: z.array(TrialPerson),
  facts: z.array(Fact),
  tookMs: z.number(),
});
export type Trial = z.infer<typeof Trial>;

export const CompareRequest = z.strictObject({ version: z.string().max(100) });

/** Somebody whose posts an update hides, or hides no longer. */
export const HiddenPerson = z.strictObject({
  uri: z.string(),
  name: z.string(),
  /** Posts of theirs that are hidden now and were not, or the reverse. */
  posts: Count,
  /** Whether none of their posts is shown with the one version, and some with the other. */
  entirely: z.boolean(),
});
export type HiddenPerson = z.infer<typeof HiddenPerson>;

/** What changes for the owner when another version takes the place of an installed one: the same posts under both. */
export const UpdateComparison = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** Name of the owner's mix that the algorithm counts in; null: in none that is used now, so it was run alone. */
  mix: z.string().nullable(),
  posts: Count,
  /** Why a version gave nothing; null: it ran. */
  problems: z.strictObject({ from: FeedNotice.shape.problem.nullable(), to: FeedNotice.shape.problem.nullable() }),
  /** Labels of the owner's settings that the new version does not take. */
  lostSettings: z.array(z.string()),
  /** Places of the first page, and how many posts stand on it under both versions. */
  page: Count,
  stayed: Count,
  /** On the first page under the new version only, and under the old one only. */
  came: ReplayPosts,
  left: ReplayPosts,
  /** Of the pairs of posts that both show, the part that stands the other way round, 0 to 1; null: there is no pair. */
  turned: z.number().nullable(),
  /** Posts that both show, and marked otherwise. */
  remarked: Count,
  hidden: ReplayPosts,
  freed: ReplayPosts,
  hiddenPeople: z.array(HiddenPerson),
  freedPeople: z.array(HiddenPerson),
  /** Mean places up against the old version. */
  lifted: z.array(TrialPerson),
  sunk: z.array(TrialPerson),
  tookMs: z.number(),
});
export type UpdateComparison = z.infer<typeof UpdateComparison>;
