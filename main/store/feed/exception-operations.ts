import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';

const Exception = z.strictObject({
  id: z.string().min(1).max(100),
  algorithm: z.string().max(100),
  target: z.enum(['author', 'thread', 'post']),
  uri: z.string().max(4096),
  key: z.int().nullable(),
  name: z.string().max(400),
  created: z.int(),
});

export const exceptionReads = {
  /** The owner's exceptions, latest first. */
  'feed.exceptions': readOperation(z.strictObject({}), async ({ db }) =>
    db.selectFrom('feed_exception').selectAll().orderBy('created', 'desc').orderBy('id').execute(),
  ),
};

export const exceptionWrites = {
  /** Keeps an exception; the one that already says the same is given back. */
  'feed.putException': writeOperation(Exception, async ({ db }, exception) => {
    await db
      .insertInto('feed_exception')
      .values(exception)
      .onConflict((conflict) => conflict.columns(['algorithm', 'target', 'uri']).doNothing())
      .execute();
    return db
      .selectFrom('feed_exception')
      .selectAll()
      .where('algorithm', '=', exception.algorithm)
      .where('target', '=', exception.target)
      .where('uri', '=', exception.uri)
      .executeTakeFirstOrThrow();
  }),
  /** Whether there was such an exception. */
  'feed.dropException': writeOperation(z.strictObject({ id: z.string().max(100) }), async ({ db }, { id }) => {
    const { numDeletedRows } = await db.deleteFrom('feed_exception').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }),
};
