import type { Wishes } from '../../protocol/owner/learning.ts';
import type { Store } from '../store/index.ts';
import type { Slice } from './pages.ts';
import { viewsById, type PostViews } from './views.ts';

/** Posts of which the owner wanted more, or less, of the like. */
export async function wishesOf(store: Pick<Store, 'read'>, views: PostViews, slice: Slice): Promise<Wishes> {
  const { items, total } = await store.read('feed.wishes', { offset: slice.offset, limit: slice.limit });
  const posts = await viewsById(
    views,
    items.map(({ id }) => id),
  );
  const known = items.flatMap(({ id, act, at }) => {
    const post = posts.get(id);
    return post === undefined ? [] : [{ act, post, at }];
  });
  return { items: known, total, offset: slice.offset };
}
