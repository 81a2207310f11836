import { sql, type Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { readOperation, writeOperation } from '../operation.ts';

/** Values of the counter `index_debt`. */
const NONE = 0;
/** What was deleted is only marked in the index. */
const MARKED = 1;
/** The index is being written anew, without what is marked. */
const REWRITING = 2;

export const searchIndexReads = {
  /** Whether the index still holds what was only marked as deleted. */
  'records.indexOwes': readOperation(z.strictObject({}), async ({ db }): Promise<boolean> => {
    return (await debtOf(db)) !== NONE;
  }),
};

/**
 * Deleting from the index for good rewrites a page for nearly every word of a record: 10 ms in a large index. Many
 * deletions are cheaper when they are only marked, and the index is written anew once, in small steps.
 */
export const searchIndexWrites = {
  /** From here on, deleted texts are only marked, until `records.forgetStep` is done. */
  'records.deferForgetting': writeOperation(z.strictObject({}), async ({ db }) => {
    await configure(db, 'secure-delete', 0);
    await setDebt(db, MARKED);
  }),
  /** Writes up to so many pages of the index anew; done when nothing deleted is left in it. */
  'records.forgetStep': writeOperation(
    z.strictObject({ pages: z.int().min(1).max(10_000) }),
    async ({ db }, { pages }): Promise<{ done: boolean }> => {
      const debt = await debtOf(db);
      if (debt === NONE) return { done: true };
      if (debt === MARKED) {
        await configure(db, 'secure-delete', 1);
        // https://www.sqlite.org/fts5.html section 6.8: a negative count merges all that is there into one, bit by bit.
        await configure(db, 'merge', -pages);
        await setDebt(db, REWRITING);
        return { done: false };
      }
      const before = await changesOf(db);
      await configure(db, 'merge', pages);
      // The same section: fewer than two changes mean that there was nothing to merge.
      const done = (await changesOf(db)) - before < 2;
      if (done) await setDebt(db, NONE);
      return { done };
    },
  ),
};

async function configure(db: Kysely<Database>, name: 'merge' | 'secure-delete', value: number): Promise<void> {
  // As text of the statement: a bound number would arrive as a real one, which is refused.
  await sql`insert into record_search (record_search, rank) values (${name}, ${sql.lit(value)})`.execute(db);
}

async function debtOf(db: Pick<Kysely<Database>, 'selectFrom'> | ReadonlyKysely<Database>): Promise<number> {
  const row = await db.selectFrom('counter').select('value').where('name', '=', 'index_debt').executeTakeFirst();
  return row?.value ?? NONE;
}

async function setDebt(db: Kysely<Database>, value: number): Promise<void> {
  await db.updateTable('counter').set({ value }).where('name', '=', 'index_debt').execute();
}

async function changesOf(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ changes: number }>`select total_changes() as changes`.execute(db);
  return rows[0]?.changes ?? 0;
}
