import type { FeedNotice, Mix, MutedWords } from '../../protocol/owner/feed.ts';
import type { StoredException } from './exceptions.ts';
import type { Marks } from './marks.ts';
import type { Outcome, Plan } from './pipeline.ts';

/** An algorithm of a feed, as it was when the feed was made. */
export interface UsedAlgorithm {
  readonly entry: string;
  readonly algorithm: string;
  readonly version: string;
  readonly hash: string;
}

/** Everything a feed is made with, apart from the posts and the algorithms' code. */
export interface Recipe {
  readonly order: 'mix' | 'newest';
  /** UTC milliseconds, a whole minute. */
  readonly now: number;
  readonly timeZone: string;
  /** Last change of the store that the feed includes. */
  readonly seq: number;
  readonly mix: Mix;
  /** Names of what the mix looks at that wasn't there. */
  readonly gone: readonly string[];
  readonly lists: MutedWords;
  readonly exceptions: readonly StoredException[];
}

/** A feed's recipe, and what became of its algorithms. */
export interface FeedDocument extends Recipe {
  readonly algorithms: readonly UsedAlgorithm[];
  readonly notices: readonly FeedNotice[];
}

/** The rows behind a feed that was made in this process; a feed read back from the store has none. */
export interface Working {
  readonly plan: Plan;
  readonly outcome: Outcome;
}

/** A feed as it was shown: pages, reasons and counterfactuals refer to it, and nothing in it moves. */
export interface Snapshot {
  readonly feedId: string;
  readonly created: number;
  readonly preview: boolean;
  readonly inputDigest: string;
  readonly outputDigest: string;
  readonly document: FeedDocument;
  /** Record ids in the feed's order. */
  readonly shown: Float64Array;
  /** Record ids of hidden posts, newest first. */
  readonly hidden: Float64Array;
  readonly marks: Marks;
}
