import type { ReplayPosts } from '../../../protocol/owner/replay.ts';
import type { PostSet } from '../post-set.ts';
import { viewsById, type PostViews } from '../views.ts';

/** Posts and people told of a kind: enough to recognise what happens. */
const EXAMPLES = 8;
const PEOPLE = 8;

/** Some of these rows as posts, and how many there are. */
export async function examplesOf(
  views: PostViews,
  posts: PostSet,
  rows: readonly number[],
  count = rows.length,
): Promise<ReplayPosts> {
  const id = posts.f64('id');
  const some = rows.slice(0, EXAMPLES).map((row) => id[row] ?? NaN);
  const found = await viewsById(views, some);
  return { count, items: some.flatMap((one) => found.get(one) ?? []) };
}

/** Those with the largest amounts above 0, the largest first. */
export function most<T extends { readonly uri: string }>(people: readonly T[], amount: (person: T) => number): T[] {
  return people
    .filter((person) => amount(person) > 0)
    .sort((a, b) => amount(b) - amount(a) || a.uri.localeCompare(b.uri, 'en'))
    .slice(0, PEOPLE);
}
