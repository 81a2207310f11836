import { branded, type RecordId } from '../../protocol/brand.ts';
import type { PostView } from '../../protocol/owner/data.ts';

/** What the feed needs of the records room. */
export interface PostViews {
  /** Views of the posts that are still there, in the order of the ids. */
  postViews(ids: readonly RecordId[]): Promise<PostView[]>;
}

/** Views by record id; posts that are gone are missing. */
export async function viewsById(views: PostViews, ids: readonly number[]): Promise<Map<number, PostView>> {
  if (ids.length === 0) return new Map();
  const found = await views.postViews(ids.map(recordId));
  return new Map(found.map((view) => [Number(view.id), view]));
}

export function recordId(id: number): RecordId {
  return branded<string, 'RecordId'>(String(id));
}
