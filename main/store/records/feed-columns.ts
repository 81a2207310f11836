import { sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { readOperation, type Reader } from '../operation.ts';
import { loadAuthors, type AuthorRow } from './feed-authors.ts';
import { createPostColumns, POST_SELECT, type PostFactColumns } from './post-fact-columns.ts';
import { firstIdAt } from './record-ids.ts';

/** Changed posts in one answer; more are a reason to load anew. */
const CHANGES_MAX = 50_000;

/** Two JSON lists: of sources, of authors. */
const AMONG = ` and (source in (select value from json_each(?)) or author in (select value from json_each(?)))`;

/** Facts of posts, newest first, and of their authors. */
export interface FeedColumns {
  posts: PostFactColumns;
  /** All authors of `posts`; after a change also those whose own facts changed. */
  authors: AuthorRow[];
  /** BCP 47 tags by the number in `posts.lang`. */
  langs: string[];
  /** Source URIs by the number in `posts.source`: store numbers, the same in each answer. */
  sources: { id: number; uri: string }[];
  /** Hosts that the owner blocks. */
  blockedHosts: string[];
  /** The change that this answer is up to. */
  seq: number;
}

export interface FeedChanges extends FeedColumns {
  /** Posts that left the locker. */
  removed: number[];
  /** True where too much changed, or too long ago: load anew. */
  reload: boolean;
}

export const feedColumnReads = {
  /**
   * The newest posts of the locker: at most `maxItems`, none older than `maxAgeMs` before `now`; with `among` only those
   * that came from one of its sources or are by one of its accounts.
   */
  'feedColumns.load': readOperation(
    z.strictObject({
      maxItems: z.int().min(1).max(1_000_000),
      maxAgeMs: z.number().positive().nullable(),
      now: z.int(),
      among: z.strictObject({ sources: z.array(z.int()), authors: z.array(z.int()) }).optional(),
    }),
    async (reader, { maxItems, maxAgeMs, now, among }): Promise<FeedColumns> => {
      const oldest = maxAgeMs === null ? Number.MIN_SAFE_INTEGER : firstIdAt(now - maxAgeMs);
      const these = among === undefined ? [] : [JSON.stringify(among.sources), JSON.stringify(among.authors)];
      const isAmong = among === undefined ? '' : AMONG;
      const query = {
        sql: `${POST_SELECT} where id >= ?${isAmong} order by id desc limit ?`,
        parameters: [oldest, ...these, maxItems],
      };
      const made = createPostColumns(reader.rows(query), maxItems);
      const { db } = reader;
      const window =
        among === undefined
          ? sql<number>`(select distinct author from (
        select author from post_column where id >= ${oldest} order by id desc limit ${maxItems}))`
          : sql<number>`(select value from json_each(${JSON.stringify([...new Set(made.posts.f64.author)])}))`;
      return {
        ...made,
        ...(await context(reader)),
        authors: await loadAuthors(reader, window),
        seq: await headSeq(db),
      };
    },
  ),
  /** What changed after `seq`. Posts outside the window that was loaded are among it: leave them out. */
  'feedColumns.since': readOperation(
    z.strictObject({ seq: z.int() }),
    async (reader, { seq }): Promise<FeedChanges> => {
      const { db } = reader;
      const head = await headSeq(db);
      const floor = await db
        .selectFrom('counter')
        .select('value')
        .where('name', '=', 'removed_floor')
        .executeTakeFirstOrThrow();
      const query = { sql: `${POST_SELECT} where seq > ? order by seq limit ?`, parameters: [seq, CHANGES_MAX + 1] };
      const made = createPostColumns(seq >= head ? [] : reader.rows(query), 0);
      const reload = seq < floor.value || made.posts.n > CHANGES_MAX;
      if (seq >= head || reload) {
        const empty = createPostColumns([], 0);
        return { ...empty, authors: [], removed: [], ...(await context(reader)), seq: head, reload };
      }
      const removed = await db.selectFrom('removed_post').select('id').where('seq', '>', seq).execute();
      const changedAuthors = sql<number>`(select key from author where seq > ${seq} union all select value from json_each(${JSON.stringify([...new Set(made.posts.f64.author)])}))`;
      return {
        ...made,
        ...(await context(reader)),
        authors: await loadAuthors(reader, changedAuthors),
        removed: removed.map(({ id }) => id),
        seq: head,
        reload: false,
      };
    },
  ),
};

async function headSeq(db: ReadonlyKysely<Database>): Promise<number> {
  return (await db.selectFrom('counter').select('value').where('name', '=', 'seq').executeTakeFirstOrThrow()).value;
}

async function context({ db }: Reader): Promise<Pick<FeedColumns, 'sources' | 'blockedHosts'>> {
  const hosts = await db
    .selectFrom('record')
    .select('object_host')
    .where('datatype', '=', 'social.block')
    .where('mine', '=', 1)
    .where('object_host', 'is not', null)
    .execute();
  return {
    sources: await db.selectFrom('source').select(['id', 'uri']).execute(),
    blockedHosts: [...new Set(hosts.flatMap(({ object_host: host }) => (host === null ? [] : [host])))],
  };
}
