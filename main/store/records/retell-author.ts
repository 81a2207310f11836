import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { merged, ownAccounts, type Facts } from './authors.ts';
import { renewPersons } from './persons.ts';
import type { PreparedAuthor } from '../../derive/index.ts';
import { renewRelations } from './relations.ts';
import { flag, insertRows } from './sql-rows.ts';

/** What the remaining records of an account tell of it, the newest first. */
export interface Retold {
  readonly key: number;
  readonly own: boolean;
  readonly told: readonly { readonly at: number; readonly isProfile: boolean; readonly author: PreparedAuthor }[];
}

/** Sets an account's facts to what `told` says, the newest first, forgetting what was told before. */
export async function retellAuthor(db: Kysely<Database>, { key, told, own }: Retold, seq: number): Promise<void> {
  let facts: Facts | null = null;
  let at = Number.MIN_SAFE_INTEGER;
  // Profiles say how things are now, so they are heard last.
  const heard = [...told].reverse().sort((a, b) => Number(a.isProfile) - Number(b.isProfile));
  for (const { at: when, author } of heard) {
    if (facts !== null && !author.embedded) continue;
    facts = merged(facts, author);
    if (author.embedded) at = Math.max(at, when);
  }
  if (facts === null) {
    await db.updateTable('author').set({ retell: 0 }).where('key', '=', key).execute();
    return;
  }
  await db
    .updateTable('author')
    .set({ ...facts, own: flag(own), told: at, retell: 0, seq })
    .where('key', '=', key)
    .execute();
  await db.deleteFrom('author_alias').where('author', '=', key).execute();
  await db.deleteFrom('author_link').where('author', '=', key).execute();
  const aliases = new Set(heard.flatMap(({ author }) => author.aliases));
  const others = new Set(heard.flatMap(({ author }) => author.alsoKnownAs));
  await insertRows(
    db,
    'insert or ignore into author_alias',
    ['alias', 'author'],
    [...aliases].map((alias) => [alias, key]),
  );
  await insertRows(
    db,
    'insert or ignore into author_link',
    ['author', 'other'],
    [...others].map((other) => [key, other]),
  );
  const mates = await renewPersons(db, [key], seq);
  await renewRelations(db, new Set([key, ...mates]), await ownAccounts(db), seq);
}
