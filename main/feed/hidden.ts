import { z } from 'zod';
import { Cause, type HiddenItem, type HiddenPage } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import type { Slice } from './pages.ts';
import type { KeptFeed } from './snapshot-keeper.ts';
import { viewsById, type PostViews } from './views.ts';

/**
 * What is hidden, and why: first what this feed hides, then what earlier feeds hid in the last 30 days and this one doesn't
 * know of. What this feed shows again is no longer among it.
 */
export async function hiddenPage(
  store: Pick<Store, 'read'>,
  views: PostViews,
  { snapshot }: KeptFeed,
  { offset, limit }: Slice,
  now: number,
): Promise<HiddenPage> {
  const hides = await store.read('feed.hides', { now });
  const firstHidden = new Map<number, number>();
  for (const [i, record] of hides.record.entries()) firstHidden.set(record, hides.firstHidden[i] ?? snapshot.created);
  const known = new Set([...snapshot.shown, ...snapshot.hidden]);
  const earlier = hides.record.filter((record) => !known.has(record));
  const ids = [...snapshot.hidden, ...earlier].slice(offset, offset + limit);
  const [found, stored] = await Promise.all([viewsById(views, ids), storedCauses(store, ids)]);
  const items: HiddenItem[] = [];
  for (const id of ids) {
    const post = found.get(id);
    const marks = snapshot.marks.of(id);
    const causes = marks.length > 0 ? [...marks] : (stored.get(id) ?? []);
    if (post === undefined || causes.length === 0) continue;
    items.push({ post, causes, hiddenAt: firstHidden.get(id) ?? snapshot.created });
  }
  return { items, total: snapshot.hidden.length + earlier.length, offset };
}

async function storedCauses(store: Pick<Store, 'read'>, records: number[]): Promise<Map<number, Cause[]>> {
  if (records.length === 0) return new Map();
  const rows = await store.read('feed.hideCauses', { records });
  return new Map(rows.map(({ record, causes }) => [record, z.array(Cause).parse(JSON.parse(causes))]));
}
