import { sql, type RawBuilder } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { readOperation } from '../operation.ts';
import { POST_ACTS } from './post-acts.ts';
import { authorOfPost } from './record-keys.ts';
import { among } from './sql-rows.ts';

const DAY = 86_400_000;

/**
 * What the owner did counts half after 30 days. Sums are told as of this moment, so that they change only when the owner does
 * something: at `now`, a sum is worth `sum · 2^((ACTS_AS_OF − now) / ACTS_HALF_LIFE)`.
 */
export const ACTS_AS_OF = Date.UTC(2020, 0, 1);
export const ACTS_HALF_LIFE = 30 * DAY;

/** What the owner did about an author's posts, of all times: sums as of {@link ACTS_AS_OF}, halved per 30 days. */
export interface OwnHistory {
  author: number;
  /** By the time of the owner's own post. */
  replies: number;
  boosts: number;
  quotes: number;
  /** By the time of the post that was seen, liked, or of which more or less was wanted. */
  likes: number;
  seen: number;
  more: number;
  less: number;
  /** When the owner last wanted less of this author, UTC milliseconds; null: never. */
  lessAt: number | null;
}

export const ownHistoryReads = {
  /** What the owner did, by author of the posts that it was about. */
  'feedColumns.ownHistory': readOperation(z.strictObject({}), async ({ db }): Promise<OwnHistory[]> => {
    const found = new Map<number, OwnHistory>();
    const of = (author: number): OwnHistory => {
      const known = found.get(author);
      if (known !== undefined) return known;
      const made = { author, replies: 0, boosts: 0, quotes: 0, likes: 0, seen: 0, more: 0, less: 0, lessAt: null };
      found.set(author, made);
      return made;
    };
    for (const { author, ...sums } of await reactedTo(db)) Object.assign(of(author), sums);
    for (const { author, at } of await lessTimes(db)) of(author).lessAt = at;
    for (const { author, what, sum } of await written(db)) if (author !== null && author !== 0) of(author)[what] += sum;
    return [...found.values()];
  }),
};

/** Posts that were seen or reacted to, by their authors: read from an index that has only these. */
async function reactedTo(
  db: ReadonlyKysely<Database>,
): Promise<Pick<OwnHistory, 'author' | 'seen' | 'likes' | 'more' | 'less'>[]> {
  const has = (act: number): RawBuilder<number> => sql`((acts & ${act}) <> 0)`;
  return db
    .selectFrom('post_column')
    .select([
      'author',
      sumOf(sql`(seen_count > 0)`, 'published').as('seen'),
      sumOf(has(POST_ACTS.like), 'published').as('likes'),
      sumOf(has(POST_ACTS.more), 'published').as('more'),
      sumOf(has(POST_ACTS.less), 'published').as('less'),
    ])
    .where(sql<boolean>`(acts <> 0 or seen_count > 0)`)
    .where('author', '<>', 0)
    .groupBy('author')
    .execute();
}

/** When the owner last wanted less of each author. */
async function lessTimes(db: ReadonlyKysely<Database>): Promise<{ author: number; at: number }[]> {
  const posts = await db
    .selectFrom('post_column')
    .select(['ref', 'author'])
    .where(sql<boolean>`(acts <> 0 or seen_count > 0)`)
    .where(sql<boolean>`(acts & ${POST_ACTS.less}) <> 0`)
    .where('author', '<>', 0)
    .execute();
  if (posts.length === 0) return [];
  const acts = await db
    .selectFrom('record')
    .select(['object', (row) => row.fn.max('published').as('at')])
    .where('object', 'in', among(posts.map(({ ref }) => ref)))
    .where('datatype', '=', 'social.reaction')
    .where('kind', '=', 'Dislike')
    .where('mine', '=', 1)
    .groupBy('object')
    .execute();
  const times = new Map(acts.map(({ object, at }) => [object, at]));
  const latest = new Map<number, number>();
  for (const { ref, author } of posts) {
    const at = times.get(ref);
    if (at !== undefined) latest.set(author, Math.max(at, latest.get(author) ?? at));
  }
  return Array.from(latest, ([author, at]) => ({ author, at }));
}

interface Written {
  author: number | null;
  what: 'replies' | 'boosts' | 'quotes';
  sum: number;
}

/** The owner's own posts about posts of others. */
async function written(db: ReadonlyKysely<Database>): Promise<Written[]> {
  const about = sql`case when p.boost_of <> 0 then p.boost_of when p.quote_of <> 0 then p.quote_of else p.reply_to end`;
  const what = sql`case when p.boost_of <> 0 then 'boosts' when p.quote_of <> 0 then 'quotes' else 'replies' end`;
  const posts = sql<Written>`(
    select coalesce(${authorOfPost(about)}, p.target_author) as author, ${what} as what,
      ${sumOf(sql`1`, 'p.published')} as sum
    from post_column p
    where p.mine = 1 and (p.boost_of <> 0 or p.quote_of <> 0 or p.reply_to <> 0)
    group by 1, 2
  )`;
  return db.selectFrom(posts.as('found')).selectAll().execute();
}

function sumOf(times: RawBuilder<unknown>, published: string): RawBuilder<number> {
  return sql`total(${times} * pow(2.0, (${sql.ref(published)} - ${ACTS_AS_OF}) / cast(${ACTS_HALF_LIFE} as real)))`;
}
