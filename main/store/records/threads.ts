import { sql, type Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { hasKey } from './record-keys.ts';
import { among } from './sql-rows.ts';
import type { Placed } from './write-records.ts';

/** Posts that one arrival moves to an older thread: more than any real conversation hangs below one missing post. */
const MOVED_MAX = 20_000;

/**
 * The key of the oldest known ancestor for each of `posts`. Posts that waited below one of them, because it was not in
 * the locker, move with it.
 */
export async function placeInThreads(db: Kysely<Database>, posts: readonly Placed[]): Promise<Map<number, number>> {
  const replies = new Map<number, number>();
  for (const { ref, record } of posts) if (record.post?.replyTo) replies.set(ref, record.post.replyTo);
  const stored = await threadsOf(db, new Set(replies.values()));
  const threads = new Map<number, number>();
  for (const { ref } of posts) threads.set(ref, oldest(ref, replies, stored));
  const moved = posts.filter(({ ref }) => threads.get(ref) !== ref);
  const awaited = await awaitedOf(
    db,
    moved.map(({ ref }) => ref),
  );
  for (const { ref, seq } of moved) {
    if (awaited.has(ref)) await moveBelow(db, ref, threads.get(ref) ?? ref, seq);
  }
  return threads;
}

async function threadsOf(db: Kysely<Database>, refs: ReadonlySet<number>): Promise<Map<number, number>> {
  if (refs.size === 0) return new Map();
  const rows = await db
    .selectFrom('record')
    .innerJoin('post_column', 'post_column.id', 'record.id')
    .select(['record.ref', 'post_column.thread'])
    .where(hasKey(refs))
    .execute();
  return new Map(rows.map(({ ref, thread }) => [ref, thread]));
}

/** Up the replies of the batch and the threads of the store; in a circle of replies the smallest key stands for all. */
function oldest(ref: number, replies: ReadonlyMap<number, number>, stored: ReadonlyMap<number, number>): number {
  const seen = new Set<number>();
  let at = ref;
  while (!seen.has(at)) {
    seen.add(at);
    const above = replies.get(at) ?? stored.get(at) ?? at;
    if (above === at) return at;
    at = above;
  }
  return Math.min(...seen);
}

/** Those of `refs` that stored posts answer. `<> 0` lets SQLite use the index that leaves other posts out. */
async function awaitedOf(db: Kysely<Database>, refs: readonly number[]): Promise<Set<number>> {
  if (refs.length === 0) return new Set();
  const rows = await db
    .selectFrom('post_column')
    .select('reply_to')
    .distinct()
    .where('reply_to', 'in', among(refs))
    .where(sql<boolean>`reply_to <> 0`)
    .execute();
  return new Set(rows.map(({ reply_to }) => reply_to));
}

async function moveBelow(db: Kysely<Database>, ref: number, thread: number, seq: number): Promise<void> {
  await sql`
    with recursive below (id, ref) as (
      select id, ref from post_column where reply_to = ${ref} and reply_to <> 0
      union
      select post.id, post.ref from post_column post join below on post.reply_to = below.ref and post.reply_to <> 0
      limit ${MOVED_MAX}
    )
    update post_column set thread = ${thread}, seq = ${seq}
    where id in (select id from below) and thread <> ${thread}
  `.execute(db);
}
