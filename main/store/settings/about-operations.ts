import { sql } from 'kysely';
import { z } from 'zod';
import { readOperation } from '../operation.ts';

export const aboutReads = {
  /** What the store runs on. */
  'store.about': readOperation(z.strictObject({}), async ({ db }): Promise<{ sqlite: string }> => {
    return db.selectNoFrom(sql<string>`sqlite_version()`.as('sqlite')).executeTakeFirstOrThrow();
  }),
};
