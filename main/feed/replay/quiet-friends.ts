import type { QuietFriend } from '../../../protocol/owner/replay.ts';
import { NO_KEY, type PostSet } from '../post-set.ts';

const DAY = 24 * 3_600_000;
/** Nobody is quiet sooner. */
const QUIET_DAYS = 3;

interface Heard {
  posts: number;
  /** When the newest post that was on screen was published; -Infinity: none was. */
  seenAt: number;
  /** When the newest post was published. */
  wroteAt: number;
}

/**
 * People the owner follows who wrote in the last `days`, and of whom no post was on screen for some days. Null, while
 * nothing at all was seen: then it says nothing about anybody.
 *
 * @param posts newest first, back to as far as is known
 */
export function quietFriends(posts: PostSet, now: number, days: number): QuietFriend[] | null {
  const heard = new Map<number, Heard>();
  const author = posts.f64('author');
  const published = posts.f64('published');
  const seen = posts.u32('seenCount');
  if (!seen.some((times) => times > 0)) return null;
  for (let row = 0; row < posts.n; row++) {
    const key = author[row] ?? NO_KEY;
    if (posts.context.authors.get(key)?.iFollow !== true) continue;
    const known = heard.get(key) ?? { posts: 0, seenAt: -Infinity, wroteAt: -Infinity };
    heard.set(key, known);
    const at = published[row] ?? NaN;
    if ((seen[row] ?? 0) > 0) known.seenAt = Math.max(known.seenAt, at);
    else if (now - at < days * DAY) known.posts++;
    known.wroteAt = Math.max(known.wroteAt, at);
  }
  return [...heard]
    .filter(([, { posts: unseen, seenAt, wroteAt }]) => unseen > 0 && seenAt < wroteAt)
    .flatMap(([key, { posts: unseen, seenAt }]) => {
      const friend = posts.context.authors.get(key);
      const unseenDays = seenAt === -Infinity ? null : (now - seenAt) / DAY;
      if (friend === undefined || friend.muted || friend.blocked) return [];
      if (unseenDays !== null && unseenDays < QUIET_DAYS) return [];
      return [{ uri: friend.uri, name: friend.name, posts: unseen, unseenDays }];
    })
    .sort((a, b) => (b.unseenDays ?? Infinity) - (a.unseenDays ?? Infinity) || b.posts - a.posts);
}
