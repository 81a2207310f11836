import type { AuthorFacts } from './author-rows.ts';
import type { PostFacts } from './post-set.ts';
import type { PostTexts } from './text-arena.ts';

/** Posts and authors as the store has them. */
export interface WindowRows {
  /** In any order. `lang` is an index into `langs`. */
  readonly facts: PostFacts;
  /** Every author of the posts, and for changes every author that changed. */
  readonly authors: readonly AuthorFacts[];
  /** All language tags so far; a tag keeps its place. */
  readonly langs: readonly string[];
  readonly blockedHosts: readonly string[];
  readonly tagSalt: readonly [number, number];
  /** The store's last change: what came later is asked for with `since`. */
  readonly seq: number;
}

export interface WindowChanges extends WindowRows {
  /** Record ids of posts that are gone. */
  readonly removed: Float64Array;
}

/** Posts that come from one of these sources, by number, or are by one of these accounts, by key. */
export interface Among {
  readonly sources: readonly number[];
  readonly authors: readonly number[];
}

/** Where the window's posts come from. */
export interface WindowSource {
  /** The newest posts; with `among` the newest of those. */
  load(window: { maxItems: number; now: number; among?: Among }): Promise<WindowRows>;
  /** What changed after `seq`, of all posts; null: too much or too long ago, load again. */
  since(asked: { seq: number; now: number }): Promise<WindowChanges | null>;
  /** Texts in the order of the ids. */
  texts(ids: Float64Array): Promise<PostTexts>;
}
