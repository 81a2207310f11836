import { z } from 'zod';
import type { ReadonlyKysely } from 'kysely/readonly';
import { LockerError } from '../../../protocol/errors.ts';
import type { AuthorView, RecordRow } from '../../../protocol/owner/data.ts';
import type { Database } from '../database.ts';
import { readOperation } from '../operation.ts';
import { TEXT_SEPARATOR } from '../../derive/index.ts';
import { authorsByKey, authorView, recordRows } from './row-view.ts';
import { hasKey } from './record-keys.ts';
import { among, isDatatype, sourceUri } from './sql-rows.ts';

/** What is stored of a post, for the view that the records room makes of it. */
export interface StoredPost {
  id: number;
  uri: string | null;
  source: string;
  published: number;
  estimated: boolean;
  mine: boolean;
  author: AuthorView | null;
  muted: boolean;
  blocked: boolean;
  acts: number;
  /** Keys; 0: none. */
  replyTo: number;
  boostOf: number;
  quoteOf: number;
  /** JSON text of body and overlay. */
  body: string;
  overlay: string | null;
}

/** A post that another one refers to, by the key of its URI. */
export interface StoredRef {
  key: number;
  id: number;
  uri: string;
  author: AuthorView | null;
  text: string;
}

export interface StoredPosts {
  posts: StoredPost[];
  refs: StoredRef[];
}

export interface StoredRecord {
  row: RecordRow;
  /** Key of its URI. */
  ref: number;
  body: string;
  overlay: string | null;
  bodyDigest: string;
  seq: number;
  runs: { id: string; at: number; name: string }[];
  publishedText: string | null;
  estimated: boolean;
}

const REF_TEXT = 500;

export const postReads = {
  /** Posts by id with what they refer to; ids that are no post are left out. */
  'records.posts': readOperation(
    z.strictObject({ ids: z.array(z.int()).max(1000) }),
    async ({ db }, { ids }): Promise<StoredPosts> => {
      const posts = await storedPosts(db, ids);
      const keys = posts
        .flatMap(({ replyTo, boostOf, quoteOf }) => [replyTo, boostOf, quoteOf])
        .filter((key) => key !== 0);
      return { posts, refs: await storedRefs(db, new Set(keys)) };
    },
  ),
  /** One record with all that is known of it. Throws record_not_found. */
  'records.detail': readOperation(z.strictObject({ id: z.int() }), async ({ db }, { id }): Promise<StoredRecord> => {
    const [row] = await recordRows(db, [id]);
    const stored = await db
      .selectFrom('record')
      .innerJoin('record_body', 'record_body.id', 'record.id')
      .select(['ref', 'body', 'overlay', 'body_digest', 'seq', 'published_text', 'estimated'])
      .where('record.id', '=', id)
      .executeTakeFirst();
    if (row === undefined || stored === undefined) throw new LockerError('record_not_found');
    const runs = await db
      .selectFrom('record_run')
      .innerJoin('import_run', 'import_run.num', 'record_run.run')
      .select(['import_run.id', 'import_run.started as at', 'import_run.name'])
      .where('record_run.record', '=', id)
      .orderBy('import_run.num', 'desc')
      .limit(100)
      .execute();
    return {
      row,
      ref: stored.ref,
      body: stored.body,
      overlay: stored.overlay,
      bodyDigest: stored.body_digest,
      seq: stored.seq,
      runs,
      publishedText: stored.published_text,
      estimated: stored.estimated === 1,
    };
  }),
};

async function storedPosts(db: ReadonlyKysely<Database>, ids: readonly number[]): Promise<StoredPost[]> {
  const rows = await db
    .selectFrom('post_column as post')
    .innerJoin('record', 'record.id', 'post.id')
    .innerJoin('record_body', 'record_body.id', 'post.id')
    .leftJoin('author', 'author.key', 'record.author')
    .select([
      'post.id',
      'record.uri',
      sourceUri(),
      'record.published',
      'estimated',
      'post.mine',
      'post.acts',
      'reply_to',
      'boost_of',
      'quote_of',
      'body',
      'overlay',
      'author.uri as author_uri',
      'name',
      'handle',
      'avatar',
      'i_follow',
      'muted',
      'blocked',
    ]) // prettier-ignore
    .where('post.id', 'in', among(ids))
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const { author_uri: uri, name, handle, avatar, i_follow } = row;
    const author = uri === null ? null : authorView({ uri, name, handle, avatar, i_follow: i_follow ?? 0 });
    return {
      id,
      uri: row.uri,
      source: row.source,
      published: row.published,
      estimated: row.estimated === 1,
      mine: row.mine === 1,
      author,
      muted: row.muted === 1,
      blocked: row.blocked === 1,
      acts: row.acts,
      replyTo: row.reply_to,
      boostOf: row.boost_of,
      quoteOf: row.quote_of,
      body: row.body,
      overlay: row.overlay,
    };
  });
}

async function storedRefs(db: ReadonlyKysely<Database>, keys: ReadonlySet<number>): Promise<StoredRef[]> {
  const rows = await db
    .selectFrom('record')
    .innerJoin('record_text', 'record_text.id', 'record.id')
    .select(['ref', 'record.id', 'uri', 'author', 'text', 'kinds'])
    .where(hasKey(keys))
    .where(isDatatype('social.post'))
    .execute();
  const authors = await authorsByKey(
    db,
    rows.flatMap(({ author }) => (author === null ? [] : [author])),
  );
  return rows.map(({ ref, id, uri, author, text, kinds }) => ({
    key: ref,
    id,
    uri: uri ?? '',
    author: authors.get(author ?? 0) ?? null,
    text: contentText(text, kinds),
  }));
}

/** The first texts of kind content, shortened. */
function contentText(text: string, kinds: string): string {
  const parts = text.split(TEXT_SEPARATOR).filter((_, i) => kinds[i] === '0');
  const all = parts.join('\n');
  return all.length > REF_TEXT ? `${all.slice(0, REF_TEXT).toWellFormed()}…` : all;
}
