import type { Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { readOperation } from '../operation.ts';

/** Number of the latest change. */
export async function headSeq(db: Pick<Kysely<Database>, 'selectFrom'> | ReadonlyKysely<Database>): Promise<number> {
  return (await db.selectFrom('counter').select('value').where('name', '=', 'seq').executeTakeFirstOrThrow()).value;
}

export const headReads = {
  /** Number of the latest change of records; another one than before: something changed. */
  'gate.head': readOperation(z.strictObject({}), async ({ db }) => headSeq(db)),
};
