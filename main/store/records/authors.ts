import { sql, type Kysely, type Selectable } from 'kysely';
import type { Database } from '../database.ts';
import type { PreparedAuthor, PreparedRecord } from '../../derive/index.ts';
import type { AuthorTable } from './record-tables.ts';
import { among, flag, insertRows, replacing, type SqlValue } from './sql-rows.ts';
import type { Placed } from './write-records.ts';

const FACTS = ['name', 'handle', 'avatar', 'followers', 'following', 'posts', 'created'] as const;
const COLUMNS = ['key', 'uri', ...FACTS, 'person', 'own', 'told', 'seq'] as const satisfies (keyof AuthorTable)[];

export type Facts = Pick<AuthorTable, 'uri' | (typeof FACTS)[number]>;
type Known = Selectable<AuthorTable>;
interface Told extends Facts {
  key: number;
  own: boolean;
  told: number;
  seq: number;
  person: number;
}

/** What writing authors changed, for what follows from it. */
export interface AuthorChanges {
  /** Keys and aliases of all accounts of the owner. */
  own: ReadonlySet<number>;
  /** Accounts that are new, or that became known under another name. */
  renamed: Set<number>;
  /** Accounts that turned out to be the owner's. */
  nowOwn: Set<number>;
  /** Accounts that named others as the same person's. */
  linked: Set<number>;
}

/** Key of the account that made a record; 0: not told. */
export function authorOf(record: PreparedRecord): number {
  return record.author?.key ?? 0;
}

/** Writes what the records tell about their authors; what was told later wins. */
export async function tellAuthors(
  db: Kysely<Database>,
  written: readonly Placed[],
  now: number,
): Promise<AuthorChanges> {
  const byKey = new Map<number, Placed[]>();
  for (const item of written) {
    const key = authorOf(item.record);
    if (key !== 0) byKey.set(key, [...(byKey.get(key) ?? []), item]);
  }
  const known = await knownAuthors(db, byKey.keys());
  const changes = { renamed: new Set<number>(), nowOwn: new Set<number>(), linked: new Set<number>() };
  const rows: SqlValue[][] = [];
  for (const [key, items] of byKey) {
    const before = known.get(key);
    const after = told(key, items, before, now);
    if (before === undefined) changes.renamed.add(key);
    if (after.own && before?.own !== 1) changes.nowOwn.add(key);
    if (before === undefined || differs(before, after)) rows.push(COLUMNS.map((column) => valueOf(after, column)));
  }
  await insertRows(db, 'insert into author', COLUMNS, rows, replacing('key', COLUMNS));
  await writeAliases(db, byKey, changes);
  return { ...changes, own: await ownAccounts(db) };
}

async function knownAuthors(db: Kysely<Database>, keys: Iterable<number>): Promise<Map<number, Known>> {
  const rows = await db.selectFrom('author').selectAll().where('key', 'in', among(keys)).execute();
  return new Map(rows.map((row) => [row.key, row]));
}

function told(key: number, items: readonly Placed[], before: Known | undefined, now: number): Told {
  let facts: Facts | null = before ?? null;
  let at = before?.told ?? Number.MIN_SAFE_INTEGER;
  for (const { record, published } of items) {
    const author = record.author;
    if (author === null) continue;
    // A profile without a time of its own says how things are now.
    const time = record.published === null ? now : published;
    const isProfile = record.datatype === 'social.profile' || record.datatype === 'social.person';
    const when = isProfile ? Math.max(time, at) : time;
    if (facts === null || (author.embedded && when >= at)) {
      facts = merged(facts, author);
      if (author.embedded) at = when;
    }
  }
  const own = before?.own === 1 || items.some(({ mine, record }) => mine === 1 || record.datatype === 'social.profile');
  return { ...(facts ?? NOBODY), key, own, told: at, seq: items.at(-1)?.seq ?? 0, person: before?.person ?? key };
}

const NOBODY: Facts = {
  uri: '',
  name: null,
  handle: null,
  avatar: null,
  followers: null,
  following: null,
  posts: null,
  created: null,
};

/** A fact that isn't told leaves the one known before. */
export function merged(before: Facts | null, author: PreparedAuthor): Facts {
  const base = before ?? NOBODY;
  return {
    uri: author.uri,
    name: author.name ?? base.name,
    handle: author.handle ?? base.handle,
    avatar: author.avatar ?? base.avatar,
    followers: author.followers ?? base.followers,
    following: author.following ?? base.following,
    posts: author.posts ?? base.posts,
    created: author.created ?? base.created,
  };
}

function differs(before: Known, after: Told): boolean {
  return FACTS.some((fact) => before[fact] !== after[fact]) || before.own !== flag(after.own);
}

function valueOf(author: Told, column: (typeof COLUMNS)[number]): SqlValue {
  const value = author[column];
  return typeof value === 'boolean' ? flag(value) : value;
}

async function writeAliases(
  db: Kysely<Database>,
  byKey: ReadonlyMap<number, readonly Placed[]>,
  changes: Pick<AuthorChanges, 'renamed' | 'linked'>,
): Promise<void> {
  const aliases = new Map<string, SqlValue[]>();
  const links = new Map<string, SqlValue[]>();
  for (const [key, items] of byKey) {
    for (const { record } of items) {
      for (const alias of record.author?.aliases ?? []) aliases.set(`${alias} ${key}`, [alias, key]);
      for (const other of record.author?.alsoKnownAs ?? []) links.set(`${key} ${other}`, [key, other]);
    }
  }
  if (aliases.size > 0) {
    const fresh = await unknownAliases(db, aliases, byKey.keys());
    for (const [, key] of fresh) if (typeof key === 'number') changes.renamed.add(key);
    await insertRows(db, 'insert or ignore into author_alias', ['alias', 'author'], fresh);
  }
  await insertRows(db, 'insert or ignore into author_link', ['author', 'other'], [...links.values()]);
  for (const [author] of links.values()) if (typeof author === 'number') changes.linked.add(author);
}

async function unknownAliases(
  db: Kysely<Database>,
  aliases: ReadonlyMap<string, SqlValue[]>,
  authors: Iterable<number>,
): Promise<SqlValue[][]> {
  const rows = await db.selectFrom('author_alias').selectAll().where('author', 'in', among(authors)).execute();
  const known = new Set(rows.map(({ alias, author }) => `${alias} ${author}`));
  return [...aliases].filter(([name]) => !known.has(name)).map(([, row]) => row);
}

/** Keys of the owner's accounts, and the other names they go by. */
export async function ownAccounts(db: Kysely<Database>): Promise<Set<number>> {
  const own = await db
    .selectFrom('author')
    .select('key')
    .where(sql<boolean>`own = 1`)
    .execute();
  const keys = own.map(({ key }) => key);
  const aliases = await db.selectFrom('author_alias').select('alias').where('author', 'in', among(keys)).execute();
  return new Set([...keys, ...aliases.map(({ alias }) => alias)]);
}
