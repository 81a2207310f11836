import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { among, insertRows } from './sql-rows.ts';

/** Accounts looked at around one change: more than anyone has, and a bound on what a forged chain of links can cost. */
const ACCOUNTS_MAX = 200;

/**
 * Works out again which accounts belong to one person: those that name each other, directly or over others. Starts from
 * accounts whose links changed; returns the accounts whose person is another now.
 */
export async function renewPersons(db: Kysely<Database>, keys: Iterable<number>, seq: number): Promise<Set<number>> {
  const accounts = new Set(keys);
  if (accounts.size === 0) return new Set();
  const pairs = await closure(db, accounts);
  const rows = await db.selectFrom('author').select(['key', 'person']).where('key', 'in', among(accounts)).execute();
  const present = new Set(rows.map(({ key }) => key));
  const personOf = components(present, pairs);
  const changed = rows.filter(({ key, person }) => personOf.get(key) !== person).map(({ key }) => key);
  await writePersons(db, accounts, personOf);
  for (const key of changed) {
    await db
      .updateTable('author')
      .set({ person: personOf.get(key) ?? key, seq })
      .where('key', '=', key)
      .execute();
  }
  return new Set(changed);
}

/** The other accounts of the persons that these accounts are of. */
export async function matesOf(db: Kysely<Database>, accounts: Iterable<number>): Promise<Set<number>> {
  const mates = await formerMates(db, new Set(accounts));
  return new Set(mates.map(({ other }) => other));
}

type Pair = readonly [number, number];

/** Adds to `accounts` those that they are or were joined with; returns the pairs that name each other. */
async function closure(db: Kysely<Database>, accounts: Set<number>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let fresh = new Set(accounts);
  while (fresh.size > 0 && accounts.size <= ACCOUNTS_MAX) {
    const found = [...(await mutualLinks(db, fresh)), ...(await formerMates(db, fresh))];
    const next = new Set<number>();
    for (const { author, other, linked } of found) {
      if (linked) pairs.push([author, other]);
      if (!accounts.has(other)) next.add(other);
    }
    for (const key of next) accounts.add(key);
    fresh = next;
  }
  return pairs;
}

interface Joined {
  author: number;
  other: number;
  linked: boolean;
}

async function mutualLinks(db: Kysely<Database>, accounts: ReadonlySet<number>): Promise<Joined[]> {
  const rows = await db
    .selectFrom('author_link as there')
    .innerJoin('author_link as back', (join) =>
      join.onRef('back.author', '=', 'there.other').onRef('back.other', '=', 'there.author'),
    )
    .select(['there.author', 'there.other'])
    .where('there.author', 'in', among(accounts))
    .execute();
  return rows.map((row) => ({ ...row, linked: true }));
}

async function formerMates(db: Kysely<Database>, accounts: ReadonlySet<number>): Promise<Joined[]> {
  const rows = await db
    .selectFrom('person as one')
    .innerJoin('person as mate', 'mate.person', 'one.person')
    .select(['one.author', 'mate.author as other'])
    .where('one.author', 'in', among(accounts))
    .execute();
  return rows.map((row) => ({ ...row, linked: false }));
}

/** The smallest key of each account's component stands for the person. */
function components(accounts: ReadonlySet<number>, pairs: readonly Pair[]): Map<number, number> {
  const person = new Map(Array.from(accounts, (key) => [key, key]));
  for (let moved = true; moved;) {
    moved = false;
    for (const [one, two] of pairs) {
      const first = person.get(one);
      const second = person.get(two);
      if (first === undefined || second === undefined || first === second) continue;
      person.set(one, Math.min(first, second));
      person.set(two, Math.min(first, second));
      moved = true;
    }
  }
  return person;
}

async function writePersons(
  db: Kysely<Database>,
  accounts: ReadonlySet<number>,
  personOf: ReadonlyMap<number, number>,
): Promise<void> {
  await db.deleteFrom('person').where('author', 'in', among(accounts)).execute();
  const members = new Map<number, number>();
  for (const person of personOf.values()) members.set(person, (members.get(person) ?? 0) + 1);
  const joined = [...personOf].filter(([, person]) => (members.get(person) ?? 0) > 1);
  await insertRows(db, 'insert into person', ['author', 'person'], joined);
}
