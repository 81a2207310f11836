import type { FeedItem, FeedPage } from '../../protocol/owner/feed.ts';
import { movesOf } from './moves.ts';
import type { KeptFeed } from './snapshot-keeper.ts';
import { viewsById, type PostViews } from './views.ts';

/** A piece of a feed. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** One line per post on why it is there; null: nothing to say. */
export type Reasons = (ids: Float64Array) => Promise<readonly (string | null)[]>;

/** A page of a feed: what it holds was settled when the feed was made. */
export async function pageOf(
  views: PostViews,
  kept: KeptFeed,
  { offset, limit }: Slice,
  because: Reasons,
  previous: KeptFeed | null,
): Promise<Omit<FeedPage, 'tookMs'>> {
  const { snapshot } = kept;
  const ids = snapshot.shown.subarray(offset, offset + limit);
  const [found, reasons] = await Promise.all([viewsById(views, [...ids]), because(ids)]);
  const items: FeedItem[] = [];
  for (const [place, id] of ids.entries()) {
    const post = found.get(id);
    // Deleted since: its place stays empty, so that nothing else moves.
    if (post === undefined) continue;
    const marks = [...snapshot.marks.of(id)];
    items.push({ rank: offset + place + 1, post, marks, because: reasons[place] ?? null });
  }
  return {
    feedId: snapshot.feedId,
    now: snapshot.document.now,
    total: snapshot.shown.length + snapshot.hidden.length,
    hidden: snapshot.hidden.length,
    items,
    offset,
    left: Math.max(0, snapshot.shown.length - offset - ids.length),
    notices: [...snapshot.document.notices],
    moves: previous === null ? [] : movesOf(kept, previous, { offset, limit }),
    ...movement(ids, previous?.snapshot.shown.subarray(offset, offset + limit) ?? null),
    position: kept.position === null ? null : String(kept.position),
  };
}

/** Which posts came onto the page and which left it. */
function movement(now: Float64Array, before: Float64Array | null): Pick<FeedPage, 'entered' | 'leftPage'> {
  if (before === null) return { entered: [], leftPage: [] };
  const old = new Set(before);
  const current = new Set(now);
  return {
    entered: [...now].filter((id) => !old.has(id)).map(String),
    leftPage: [...before].filter((id) => !current.has(id)).map(String),
  };
}
