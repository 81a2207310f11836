import type { PostView } from '../../protocol/owner/data.ts';
import { OWNER_ACTOR, type IntakeRecord } from '../../protocol/record.ts';
import { prepareRecord } from '../records/index.ts';
import type { Store } from '../store/index.ts';
import type { Snapshot } from './snapshot.ts';
import { viewsById, type PostViews } from './views.ts';

/** Posts that a step of the reading position can have passed; a longer one was a jump. */
const PASSED = 200;

/**
 * Writes down what the owner has read on the way from one reading position to the next, as the owner's own
 * `activity.view` records: that is what the column `seenCount` counts. One per post and feed.
 */
export async function recordSeen(
  store: Pick<Store, 'write'>,
  views: PostViews,
  { feedId, shown }: Snapshot,
  from: number | null,
  to: number,
  now: number,
): Promise<void> {
  const end = shown.indexOf(to) + 1;
  const start = Math.max(from === null ? 0 : shown.indexOf(from) + 1, end - PASSED);
  if (start >= end) return;
  const posts = await viewsById(views, [...shown.subarray(start, end)]);
  const records = [...posts.values()].flatMap((post) =>
    post.uri === null ? [] : [viewRecord(post, post.uri, feedId, now)],
  );
  if (records.length > 0) await store.write('feed.recordViews', { records: records.map(prepareRecord) });
}

function viewRecord({ id }: PostView, object: string, feedId: string, now: number): IntakeRecord {
  const uri = `${OWNER_ACTOR}:view:${feedId}:${id}`;
  const published = new Date(now).toISOString();
  return {
    datatype: 'activity.view',
    uri,
    source: OWNER_ACTOR,
    published: now,
    publishedText: published,
    timeEstimated: false,
    mine: true,
    body: { id: uri, type: 'View', actor: OWNER_ACTOR, object, published },
  };
}
