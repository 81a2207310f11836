import { sql, type Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { authorOf } from './authors.ts';
import { takeSeq, tally } from './counters.ts';
import { among, insertRows } from './sql-rows.ts';
import type { Placed } from './write-records.ts';

/** Newest posts of an author that the median is taken over. */
const NEWEST = 200;

/** Counts the posts that an author's median does not know yet, and works it out again where that is a good part. */
export async function noteEngagement(db: Kysely<Database>, written: readonly Placed[]): Promise<void> {
  const stale = new Map<number, number>();
  for (const { record } of written) {
    const post = record.post;
    if (post === null || authorOf(record) === 0) continue;
    if (post.replies !== null || post.boosts !== null || post.likes !== null) tally(stale, authorOf(record));
  }
  if (stale.size === 0) return;
  const tail = 'on conflict (author) do update set stale = stale + excluded.stale';
  const rows = [...stale].map(([author, count]) => [author, 0, count]);
  await insertRows(db, 'insert into author_engagement', ['author', 'known', 'stale'], rows, tail);
  const due = await db
    .selectFrom('author_engagement')
    .select('author')
    .where('author', 'in', among(stale.keys()))
    .where(sql<boolean>`4 * stale > known`)
    .execute();
  await renewMedians(
    db,
    due.map(({ author }) => author),
    written.at(-1)?.seq ?? 0,
  );
}

/** Works out up to `limit` medians that are behind; returns how many were. */
export async function settleMedians(db: Kysely<Database>, limit: number): Promise<number> {
  const due = await db.selectFrom('author_engagement').select('author').where('stale', '>', 0).limit(limit).execute();
  if (due.length > 0)
    await renewMedians(
      db,
      due.map(({ author }) => author),
      await takeSeq(db, 1),
    );
  return due.length;
}

/** Marks authors' medians as behind, for instance because posts were removed. */
export async function markStale(db: Kysely<Database>, authors: Iterable<number>): Promise<void> {
  await db
    .updateTable('author_engagement')
    .set({ stale: sql`stale + 1` })
    .where('author', 'in', among(authors))
    .execute();
}

async function renewMedians(db: Kysely<Database>, authors: readonly number[], seq: number): Promise<void> {
  for (const author of authors) {
    const rows = await db
      .selectFrom('record')
      .innerJoin('post_column', 'post_column.id', 'record.id')
      .select(sql<number>`ifnull(replies, 0) + ifnull(boosts, 0) + ifnull(likes, 0)`.as('reactions'))
      .where('record.author', '=', author)
      .where(sql<boolean>`(replies is not null or boosts is not null or likes is not null)`)
      .orderBy('record.id', 'desc')
      .limit(NEWEST)
      .execute();
    const median = medianOf(rows.map(({ reactions }) => reactions));
    await db
      .updateTable('author')
      .set({ median, seq })
      .where('key', '=', author)
      .where(sql<boolean>`median is not ${median}`)
      .execute();
    await db
      .updateTable('author_engagement')
      .set({ known: rows.length, stale: 0 })
      .where('author', '=', author)
      .execute();
  }
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return (lower + upper) / 2;
}
