import type { Ctx } from '../../protocol/batch.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { MutedWords } from '../../protocol/owner/feed.ts';
import type { ColumnSource } from './column-values.ts';
import type { LabelRows, LabelsInForce } from './label-rows.ts';
import { declaredLists } from './owner-lists.ts';
import { firstPosts, type PostSet } from './post-set.ts';
import type { Dictionary } from './text-arena.ts';

const HOUR = 3_600_000;

/** What a feed is made from: the window's posts at a moment, newest first, and the owner's lists as they apply then. */
export interface Scene {
  readonly columns: ColumnSource;
  /** UTC milliseconds. */
  readonly now: number;
  readonly seed: number;
  readonly lists: MutedWords;
  readonly labels: LabelsInForce;
}

/** The context of a call: what the algorithm declared of the owner's lists, and nothing else. */
export function contextOf(
  scene: Scene,
  manifest: Manifest,
  dictionary: Dictionary | null,
  labels: LabelRows | null,
  state?: Float64Array,
): Ctx {
  const lists = declaredLists(scene.lists, manifest.needs, dictionary);
  const owner = labels === null ? lists : { ...lists, labels: labels.labels };
  return { now: scene.now, seed: scene.seed, owner, apiVersion: 1, ...(state && { state }) };
}

/** The posts of the window that an algorithm asks for: the newest ones, up to a number and an age. */
export function withinWindow(posts: PostSet, now: number, window: Manifest['window']): PostSet {
  const newest = firstPosts(posts, Math.min(posts.n, window.maxItems ?? posts.n));
  if (window.maxAgeHours === null) return newest;
  const oldest = now - window.maxAgeHours * HOUR;
  const published = posts.f64('published');
  let low = 0;
  let high = newest.n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((published[middle] ?? NaN) >= oldest) low = middle + 1;
    else high = middle;
  }
  return firstPosts(posts, low);
}
