import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { Database } from '../database.ts';
import type { AuthorChanges } from './authors.ts';
import { authorFacet, facetQuery, mentionFacet } from './facets.ts';
import { renewPersons } from './persons.ts';
import { among } from './sql-rows.ts';
import type { Placed } from './write-records.ts';

const RELATIONS = new Set<string>(['social.follow', 'social.mute', 'social.block']);

/** Keeps who follows whom, whom the owner mutes and blocks, and whose accounts belong together. */
export async function followRelations(
  db: Kysely<Database>,
  written: readonly Placed[],
  changes: AuthorChanges,
): Promise<void> {
  const seq = written.at(-1)?.seq ?? 0;
  const touched = new Set(changes.renamed);
  for (const { record, stored } of written) {
    if (!RELATIONS.has(record.datatype)) continue;
    for (const object of [record.object?.ref, stored?.object]) if (typeof object === 'number') touched.add(object);
    if (record.author !== null) touched.add(record.author.key);
  }
  if (changes.nowOwn.size > 0) await claimPosts(db, changes.nowOwn, seq);
  for (const key of changes.nowOwn) for (const follower of await followersOf(db, key)) touched.add(follower);
  for (const key of await renewPersons(db, changes.linked, seq)) touched.add(key);
  await renewRelations(db, touched, changes.own, seq);
}

/** Posts by an account that turned out to be the owner's are the owner's, and what mentions it mentions the owner. */
async function claimPosts(db: Kysely<Database>, accounts: ReadonlySet<number>, seq: number): Promise<void> {
  const written = matching(db, [...accounts].map(authorFacet));
  await db.updateTable('post_column').set({ mine: 1, seq }).where('id', 'in', written).where('mine', '=', 0).execute();
  const names = await namesOf(db, accounts);
  const mentioning = matching(db, [...names].map(mentionFacet));
  await db
    .updateTable('post_column')
    .set({ mentions_me: 1, seq })
    .where('id', 'in', mentioning)
    .where('mentions_me', '=', 0)
    .execute();
}

function matching(
  db: Kysely<Database>,
  words: readonly string[],
): SelectQueryBuilder<Database, 'record_search', { rowid: number }> {
  return db
    .selectFrom('record_search')
    .select('rowid')
    .where('record_search', sql`match`, facetQuery(words, 'OR'));
}

async function namesOf(db: Kysely<Database>, accounts: ReadonlySet<number>): Promise<Set<number>> {
  const rows = await db.selectFrom('author_alias').select('alias').where('author', 'in', among(accounts)).execute();
  return new Set([...accounts, ...rows.map(({ alias }) => alias)]);
}

async function followersOf(db: Kysely<Database>, account: number): Promise<number[]> {
  const rows = await db
    .selectFrom('record')
    .select('author')
    .where('object', '=', account)
    .where('datatype', '=', 'social.follow')
    .where('author', 'is not', null)
    .execute();
  return rows.flatMap(({ author }) => (author === null ? [] : [author]));
}

/**
 * Works out again how the owner stands to these accounts. Keys may be names that an account goes by. Mutes and blocks
 * follow the person: they count for all accounts of the person.
 */
export async function renewRelations(
  db: Kysely<Database>,
  keys: ReadonlySet<number>,
  own: ReadonlySet<number>,
  seq: number,
): Promise<void> {
  if (keys.size === 0) return;
  const named = await db.selectFrom('author_alias').select('author').where('alias', 'in', among(keys)).execute();
  const wanted = new Set([...keys, ...named.map(({ author }) => author)]);
  const persons = db.selectFrom('person').select('person').where('author', 'in', among(wanted));
  const joined = await db.selectFrom('person').select('author').where('person', 'in', persons).execute();
  const all = new Set([...wanted, ...joined.map(({ author }) => author)]);
  const ownList = among(own);
  await sql`
    update author set i_follow = told.i_follow, follows_me = told.follows_me, muted = told.muted, blocked = told.blocked,
      seq = ${seq}
    from (
      select a.key,
        exists (select 1 from record r where r.object in ${namesOfAccount()} and r.datatype = 'social.follow' and r.mine = 1)
          as i_follow,
        exists (select 1 from record r where r.object in ${ownList} and r.datatype = 'social.follow' and r.author = a.key)
          as follows_me,
        exists (select 1 from record r where r.object in ${namesOfPerson()} and r.datatype = 'social.mute' and r.mine = 1)
          as muted,
        exists (select 1 from record r where r.object in ${namesOfPerson()} and r.datatype = 'social.block' and r.mine = 1)
          as blocked
      from author a where a.key in ${among(all)}
    ) told
    where author.key = told.key and (author.i_follow, author.follows_me, author.muted, author.blocked)
      is not (told.i_follow, told.follows_me, told.muted, told.blocked)
  `.execute(db);
}

function namesOfAccount(): ReturnType<typeof sql> {
  return sql`(select a.key union all select alias from author_alias where author_alias.author = a.key)`;
}

function namesOfPerson(): ReturnType<typeof sql> {
  return sql`(
    select a.key union all select alias from author_alias where author_alias.author = a.key
    union all select p.author from person p where p.person = a.person
    union all select alias from author_alias join person p on p.author = author_alias.author where p.person = a.person
  )`;
}
