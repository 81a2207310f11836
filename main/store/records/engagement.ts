import { sql, type Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { authorOf } from './authors.ts';
import { takeSeq } from './counters.ts';
import { authorFacet, datatypeFacet, facetQuery } from './facets.ts';
import { among, insertRows } from './sql-rows.ts';
import type { Placed } from './write-records.ts';

/** Newest posts of an author that the median is taken over. */
const NEWEST = 200;

/** Marks the authors of posts that tell their counts: their medians are behind until {@link settleMedians}. */
export async function markPostAuthors(db: Kysely<Database>, written: readonly Placed[]): Promise<void> {
  const authors = new Set<number>();
  for (const { record } of written) {
    const post = record.post;
    if (post === null || authorOf(record) === 0) continue;
    if (post.replies !== null || post.boosts !== null || post.likes !== null) authors.add(authorOf(record));
  }
  await markAuthors(db, authors);
}

/** Marks authors' medians as behind. */
export async function markAuthors(db: Kysely<Database>, authors: ReadonlySet<number>): Promise<void> {
  const rows = [...authors].map((author) => [author]);
  await insertRows(db, 'insert or ignore into author_stale', ['author'], rows);
}

/**
 * Works out medians that are behind, up to `limit` of them and at least one, until `isOver`; returns whether there may be
 * more.
 */
export async function settleMedians(db: Kysely<Database>, limit: number, isOver: () => boolean): Promise<boolean> {
  const due = await db.selectFrom('author_stale').select('author').limit(limit).execute();
  if (due.length === 0) return false;
  const seq = await takeSeq(db, 1);
  const settled: number[] = [];
  for (const { author } of due) {
    await renewMedian(db, author, seq);
    settled.push(author);
    if (isOver()) break;
  }
  await db.deleteFrom('author_stale').where('author', 'in', among(settled)).execute();
  return settled.length < due.length || due.length === limit;
}

async function renewMedian(db: Kysely<Database>, author: number, seq: number): Promise<void> {
  const newest = db
    .selectFrom('record_search')
    .select('rowid')
    .where('record_search', sql`match`, facetQuery([datatypeFacet('social.post'), authorFacet(author)], 'AND'))
    .orderBy('rowid', 'desc')
    .limit(NEWEST);
  const rows = await db
    .selectFrom('post_column')
    .select(['replies', 'boosts', 'likes'])
    .where('id', 'in', newest)
    .where(sql<boolean>`(replies is not null or boosts is not null or likes is not null)`)
    .execute();
  const median = medianOf(rows.map(({ replies, boosts, likes }) => (replies ?? 0) + (boosts ?? 0) + (likes ?? 0)));
  await db
    .updateTable('author')
    .set({ median, seq })
    .where('key', '=', author)
    .where(sql<boolean>`median is not ${median}`)
    .execute();
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return (lower + upper) / 2;
}
