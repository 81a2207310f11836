import { sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { OWNER_ACTOR } from '../../../protocol/record.ts';
import { effectiveBody, fieldOf, uriKey } from '../../derive/index.ts';
import type { Database } from '../database.ts';
import { readOperation } from '../operation.ts';
import { among } from '../records/sql-rows.ts';

/**
 * Where posts come from, or whose they are: `source` by its URI; `list`, a list of accounts among the owner's records, by
 * its URI; `labels`, a list of accounts that the owner subscribed to, by its id.
 */
export interface StoredOrigin {
  readonly kind: 'source' | 'list' | 'labels';
  readonly id: string;
  /** Empty: it tells none. */
  readonly name: string;
  /** Posts of a source; accounts on a list. */
  readonly holds: number;
}

interface OriginKeys {
  /** Store numbers of the sources. */
  readonly sources: number[];
  /** Keys of the accounts on the lists, each once, ascending. */
  readonly authors: number[];
  /** Places, in what was asked for, of what is not there any more. */
  readonly gone: number[];
}

const ORIGINS_MAX = 60;
const LISTED = 500;

const Wanted = z.strictObject({ kind: z.enum(['source', 'list', 'labels']), id: z.string().min(1).max(2048) });

export const originReads = {
  /** Everything that a mix can be limited to. */
  'feed.origins': readOperation(z.strictObject({}), async ({ db }): Promise<StoredOrigin[]> => {
    const lists = (await ownLists(db)).map(({ uri, name, members }): StoredOrigin => ({
      kind: 'list',
      id: uri,
      name,
      holds: members.length,
    }));
    return [...(await sources(db)), ...lists, ...(await subscribedLists(db))];
  }),
  /** By which keys the window's posts are told apart. */
  'feed.originKeys': readOperation(
    z.strictObject({ origins: z.array(Wanted).max(ORIGINS_MAX) }),
    async ({ db }, { origins }): Promise<OriginKeys> => {
      const found = new Map<string, readonly number[]>();
      const wanted = (kind: string): string[] => origins.filter((one) => one.kind === kind).map(({ id }) => id);
      const uris = wanted('source');
      if (uris.length > 0) {
        const rows = await db
          .selectFrom('source')
          .select(['id', 'uri'])
          .where('uri', 'in', uris)
          .where('records', '>', 0)
          .execute();
        for (const { id, uri } of rows) found.set(`source ${uri}`, [id]);
      }
      if (wanted('list').length > 0) {
        const asked = new Set(wanted('list'));
        for (const { uri, members } of await ownLists(db)) if (asked.has(uri)) found.set(`list ${uri}`, members);
      }
      for (const id of wanted('labels')) {
        const members = await accountsOn(db, id);
        if (members !== null) found.set(`labels ${id}`, members);
      }
      const numbers = new Set<number>();
      const names = new Set<number>();
      const gone: number[] = [];
      for (const [place, { kind, id }] of origins.entries()) {
        const keys = found.get(`${kind} ${id}`);
        if (keys === undefined) gone.push(place);
        for (const key of keys ?? []) (kind === 'source' ? numbers : names).add(key);
      }
      return { sources: [...numbers].sort((a, b) => a - b), authors: await accountKeys(db, names), gone };
    },
  ),
};

/** Sources that posts came from, the fullest first; feeds and accounts by their names. */
async function sources(db: ReadonlyKysely<Database>): Promise<StoredOrigin[]> {
  const rows = await db
    .selectFrom('post_column')
    .innerJoin('source', 'source.id', 'post_column.source')
    .leftJoin('subscription', 'subscription.url', 'source.uri')
    .select(['source.uri', 'subscription.title', sql<number>`count(*)`.as('posts')])
    .where('source.uri', '<>', OWNER_ACTOR)
    .groupBy('source.id')
    .orderBy('posts', 'desc')
    .orderBy('source.uri')
    .limit(LISTED)
    .execute();
  const keys = new Map(rows.map(({ uri }) => [uriKey(uri), uri]));
  const accounts = await db
    .selectFrom('author')
    .select(['key', 'name', 'handle'])
    .where('key', 'in', among(keys.keys()))
    .execute();
  const names = new Map(accounts.map(({ key, name, handle }) => [keys.get(key), name ?? handle ?? '']));
  return rows.map(({ uri, title, posts }) => ({
    kind: 'source',
    id: uri,
    name: title !== null && title !== '' ? title : (names.get(uri) ?? ''),
    holds: posts,
  }));
}

interface OwnList {
  readonly uri: string;
  readonly name: string;
  /** Keys of the names that its members go by. */
  readonly members: readonly number[];
}

async function ownLists(db: ReadonlyKysely<Database>): Promise<OwnList[]> {
  const rows = await db
    .selectFrom('record')
    .innerJoin('record_body', 'record_body.id', 'record.id')
    .select(['record.uri', 'record.mine', 'record_body.body', 'record_body.overlay'])
    .where('record.datatype', '=', 'social.list')
    .where('record.uri', 'is not', null)
    .orderBy('record.id')
    .limit(LISTED)
    .execute();
  return rows.flatMap(({ uri, mine, body, overlay }) => {
    if (uri === null) return [];
    const record = {
      datatype: 'social.list' as const,
      uri,
      source: '',
      published: null,
      mine: mine === 1,
      body: effectiveBody(body, overlay),
    };
    const name = fieldOf('name', record);
    const members = fieldOf('members', record);
    const uris = Array.isArray(members) ? members.filter((one) => typeof one === 'string') : [];
    return [{ uri, name: typeof name === 'string' ? name : '', members: uris.map(uriKey) }];
  });
}

/** Subscribed lists that hold accounts; those of hosts hold nobody by name. */
async function subscribedLists(db: ReadonlyKysely<Database>): Promise<StoredOrigin[]> {
  const rows = await db
    .selectFrom('label_source')
    .innerJoin('label_kind', 'label_kind.source', 'label_source.num')
    .innerJoin('label', 'label.kind', 'label_kind.num')
    .select(['label_source.id', 'label_source.name', sql<number>`count(distinct label.subject)`.as('accounts')])
    .where('label_source.kind', '=', 'list')
    .where('label_kind.about', '=', 'account')
    .where('label.negated', '=', 0)
    .groupBy('label_source.num')
    .orderBy('label_source.num')
    .limit(LISTED)
    .execute();
  return rows.map(({ id, name, accounts }) => ({ kind: 'labels', id, name, holds: accounts }));
}

/** Keys of the names on a subscribed list; null: there is no such list. */
async function accountsOn(db: ReadonlyKysely<Database>, id: string): Promise<number[] | null> {
  const list = await db
    .selectFrom('label_source')
    .select('num')
    .where('id', '=', id)
    .where('kind', '=', 'list')
    .executeTakeFirst();
  if (list === undefined) return null;
  const rows = await db
    .selectFrom('label')
    .innerJoin('label_kind', 'label_kind.num', 'label.kind')
    .select('label.subject')
    .distinct()
    .where('label_kind.source', '=', list.num)
    .where('label_kind.about', '=', 'account')
    .where('label.negated', '=', 0)
    .execute();
  return rows.map(({ subject }) => subject);
}

/** Names, and the accounts that go by them. */
async function accountKeys(db: ReadonlyKysely<Database>, names: ReadonlySet<number>): Promise<number[]> {
  if (names.size === 0) return [];
  const rows = await db.selectFrom('author_alias').select('author').where('alias', 'in', among(names)).execute();
  return [...new Set([...names, ...rows.map(({ author }) => author)])].sort((a, b) => a - b);
}
