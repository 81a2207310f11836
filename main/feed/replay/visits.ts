import { pickPosts, type PostSet } from '../post-set.ts';

const DAY = 24 * 3_600_000;

/** One look at the feed: the posts of the day before it, newest first. */
export interface Visit {
  /** UTC milliseconds. */
  readonly at: number;
  readonly posts: PostSet;
}

/** One visit a day up to `to`, oldest first; days without a post are left out. */
export function visitsOf(posts: PostSet, to: number, days: number): Visit[] {
  const published = posts.f64('published');
  const byDay = Array.from({ length: days }, (): number[] => []);
  for (let row = 0; row < posts.n; row++) {
    const age = to - (published[row] ?? NaN);
    // Posts of an unknown time belong to no day; a post dated ahead belongs to the last.
    if (age < days * DAY) byDay[Math.max(0, Math.floor(age / DAY))]?.push(row);
  }
  return byDay
    .map((rows, back) => ({ at: to - back * DAY, rows }))
    .filter(({ rows }) => rows.length > 0)
    .reverse()
    .map(({ at, rows }) => ({ at, posts: pickPosts(posts, Uint32Array.from(rows)) }));
}
