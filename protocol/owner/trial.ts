import { z } from 'zod';
import { SettingValues } from '../manifest.ts';
import { Count } from './data.ts';
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
