import type { ReadonlyKysely } from 'kysely/readonly';
import type { AuthorView, RecordRow } from '../../../protocol/owner/data.ts';
import type { Database } from '../database.ts';
import { NO_TIME, type AuthorTable, type RecordTable } from './record-tables.ts';
import { among, sourceUri } from './sql-rows.ts';

type Author = Pick<AuthorTable, 'uri' | 'name' | 'handle' | 'avatar' | 'i_follow'>;

/** An account as screens name it: by name, else handle, else the end of its address. */
export function authorView(author: Author): AuthorView {
  return {
    uri: author.uri,
    name: author.name ?? author.handle ?? shortName(author.uri),
    handle: author.handle,
    avatar: author.avatar,
    iFollow: author.i_follow === 1,
  };
}

function shortName(uri: string): string {
  const end = uri.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return end === '' ? uri : end;
}

/** Rows of "my data" for these ids, in the order of the ids; ids that aren't there are left out. */
export async function recordRows(db: ReadonlyKysely<Database>, ids: readonly number[]): Promise<RecordRow[]> {
  const rows = await db
    .selectFrom('record')
    .select(['record.id', 'datatype', 'record.uri', sourceUri(), 'published', 'author', 'summary', 'edited', 'mine'])
    .where('record.id', 'in', among(ids))
    .execute();
  const authors = await authorsByKey(
    db,
    rows.flatMap(({ author }) => (author === null ? [] : [author])),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [rowView(row, authors.get(row.author ?? 0) ?? null)];
  });
}

export interface StoredBody extends Pick<RecordTable, 'id' | 'datatype' | 'uri'> {
  source: string;
  /** Milliseconds UTC; null: the record tells none. */
  ownTime: number | null;
  mine: boolean;
  edited: boolean;
  body: string;
  overlay: string | null;
}

/** Records with their bodies, in the order of the ids. */
export async function storedBodies(db: ReadonlyKysely<Database>, ids: readonly number[]): Promise<StoredBody[]> {
  const rows = await db
    .selectFrom('record')
    .innerJoin('record_body', 'record_body.id', 'record.id')
    .select(['record.id', 'datatype', 'record.uri', sourceUri(), 'own_time', 'mine', 'edited', 'body', 'overlay'])
    .where('record.id', 'in', among(ids))
    .execute();
  const byId = new Map(
    rows.map(({ own_time: time, mine, edited, ...row }) => [
      row.id,
      { ...row, ownTime: time === NO_TIME ? null : time, mine: mine === 1, edited: edited === 1 },
    ]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}

type Row = Pick<RecordTable, 'id' | 'datatype' | 'uri' | 'published' | 'summary' | 'edited' | 'mine'> & {
  source: string;
};

function rowView(row: Row, author: AuthorView | null): RecordRow {
  return {
    id: String(row.id),
    datatype: row.datatype,
    uri: row.uri,
    source: row.source,
    published: row.published,
    author,
    summary: row.summary,
    edited: row.edited === 1,
    mine: row.mine === 1,
  };
}

/** Accounts by key. */
export async function authorsByKey(
  db: ReadonlyKysely<Database>,
  keys: Iterable<number>,
): Promise<Map<number, AuthorView>> {
  const rows = await db
    .selectFrom('author')
    .select(['key', 'uri', 'name', 'handle', 'avatar', 'i_follow'])
    .where('key', 'in', among(new Set(keys)))
    .execute();
  return new Map(rows.map((row) => [row.key, authorView(row)]));
}
