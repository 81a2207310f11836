import { sql, type Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { POST_ACTS } from './post-acts.ts';
import { hasKey } from './record-keys.ts';
import { among } from './sql-rows.ts';
import type { Placed } from './write-records.ts';

/** What other records say about a post: the owner's acts on it, and how often the owner saw it. */
export interface Incoming {
  acts: number;
  seen: number;
}

const ABOUT_POSTS = ['social.reaction', 'social.bookmark', 'activity.view'] as const;
const ABOUT = new Set<string>(ABOUT_POSTS);

/** By key of the post: what records that are already here say about each of `posts`. */
export async function incomingFor(db: Kysely<Database>, posts: readonly Placed[]): Promise<Map<number, Incoming>> {
  return incoming(db, new Set(posts.map(({ ref }) => ref)));
}

/** Tells the posts that the written records are about, and the posts that repeat one of them. */
export async function followIncoming(db: Kysely<Database>, written: readonly Placed[]): Promise<void> {
  const last = written.at(-1);
  if (last === undefined) return;
  const about = written.filter(({ record }) => ABOUT.has(record.datatype));
  const targets = about.flatMap(({ record, stored }) => [record.object?.ref ?? 0, stored?.object ?? 0]);
  await renewPosts(db, new Set(targets.filter((ref) => ref !== 0)), last.seq);
  const posts = written.filter(({ record }) => record.post !== null);
  await touchReferring(db, new Set(posts.map(({ ref }) => ref)), last.seq);
}

/** Works out again what the posts with these keys got from other records. */
export async function renewPosts(db: Kysely<Database>, refs: ReadonlySet<number>, seq: number): Promise<void> {
  if (refs.size === 0) return;
  const posts = await db
    .selectFrom('record')
    .innerJoin('post_column', 'post_column.id', 'record.id')
    .select(['record.id', 'record.ref', 'post_column.acts', 'post_column.seen_count'])
    .where(hasKey(refs))
    .execute();
  if (posts.length === 0) return;
  const told = await incoming(db, new Set(posts.map(({ ref }) => ref)));
  for (const { id, ref, acts, seen_count } of posts) {
    const { acts: nowActs, seen } = told.get(ref) ?? { acts: 0, seen: 0 };
    if (nowActs === acts && seen === seen_count) continue;
    const changes = { acts: nowActs, seen_count: seen, seq };
    await db.updateTable('post_column').set(changes).where('id', '=', id).execute();
  }
}

/** Marks as changed the posts that boost or quote the posts with these keys: their texts are part of theirs. */
export async function touchReferring(db: Kysely<Database>, refs: ReadonlySet<number>, seq: number): Promise<void> {
  if (refs.size === 0) return;
  // Each `<> 0` lets SQLite use the index that leaves posts without such a reference out.
  for (const column of ['boost_of', 'quote_of'] as const) {
    await db
      .updateTable('post_column')
      .set({ seq })
      .where(column, 'in', among(refs))
      .where(sql<boolean>`${sql.ref(column)} <> 0`)
      .execute();
  }
}

async function incoming(db: Kysely<Database>, refs: ReadonlySet<number>): Promise<Map<number, Incoming>> {
  const rows = await db
    .selectFrom('record')
    .select(['object', 'datatype', 'kind', sql<number>`count(*)`.as('times')])
    .where('object', 'in', among(refs))
    .where('datatype', 'in', ABOUT_POSTS)
    .where('mine', '=', 1)
    .groupBy(['object', 'datatype', 'kind'])
    .execute();
  const found = new Map<number, Incoming>();
  for (const { object, datatype, kind, times } of rows) {
    if (object === null) continue;
    const entry = found.get(object) ?? { acts: 0, seen: 0 };
    if (datatype === 'activity.view') entry.seen += times;
    else entry.acts |= actOf(datatype, kind);
    found.set(object, entry);
  }
  return found;
}

function actOf(datatype: string, kind: string): number {
  if (datatype === 'social.bookmark') return POST_ACTS.save;
  if (kind === 'Like' || kind === 'EmojiReact') return POST_ACTS.like;
  if (kind === 'Ignore') return POST_ACTS.hide;
  if (kind === 'More') return POST_ACTS.more;
  return kind === 'Dislike' ? POST_ACTS.less : 0;
}
