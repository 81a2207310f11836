import { sql, type Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { markAuthors } from './engagement.ts';
import { authorFacet, facetQuery } from './facets.ts';
import { matesOf, renewPersons } from './persons.ts';
import { among } from './sql-rows.ts';

/**
 * For accounts that a record no longer is of: those without any record go; what was told of the others is to be gathered
 * again. Returns the accounts that may stand differently to the owner now.
 */
export async function leaveAuthors(
  db: Kysely<Database>,
  authors: ReadonlySet<number>,
  seq: number,
): Promise<Set<number>> {
  const left = new Set<number>();
  const empty: number[] = [];
  for (const author of authors) {
    const record = await db
      .selectFrom('record_search')
      .select('rowid')
      .where('record_search', sql`match`, facetQuery([authorFacet(author)], 'AND'))
      .limit(1)
      .executeTakeFirst();
    if (record === undefined) empty.push(author);
    else left.add(author);
  }
  const mates = await matesOf(db, empty);
  await db.deleteFrom('author').where('key', 'in', among(empty)).execute();
  await db.updateTable('author').set({ retell: 1 }).where('key', 'in', among(left)).execute();
  await markAuthors(db, left);
  return new Set([...left, ...(await renewPersons(db, mates, seq))]);
}
