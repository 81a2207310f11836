import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { writeOperation } from '../operation.ts';
import { SourceId, sourceNumber } from './source-number.ts';

export const labelExceptionWrites = {
  /** Keeps a label off a person. Throws label_source_not_found. */
  'labels.putException': writeOperation(
    z.strictObject({
      id: z.string().min(1).max(40),
      source: SourceId,
      value: z.string().min(1).max(128),
      author: z.int().min(1),
      uri: z.string().max(4096),
      name: z.string().max(400),
    }),
    async ({ db, now }, { source, ...exception }) => {
      await db
        .insertInto('label_exception')
        .values({ ...exception, source: await sourceNumber(db, source), created: now() })
        .onConflict((conflict) => conflict.columns(['source', 'value', 'author']).doNothing())
        .execute();
    },
  ),
  /** Throws exception_not_found. */
  'labels.dropException': writeOperation(z.strictObject({ id: z.string().max(40) }), async ({ db }, { id }) => {
    const { numDeletedRows } = await db.deleteFrom('label_exception').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows === 0n) throw new LockerError('exception_not_found');
  }),
};
