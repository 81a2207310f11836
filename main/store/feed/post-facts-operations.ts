import { z } from 'zod';
import { readOperation } from '../operation.ts';

export const postFactReads = {
  /** Conversation of a post, or null when the post is gone. */
  'feed.postFacts': readOperation(z.strictObject({ record: z.int() }), async ({ db }, { record }) => {
    const row = await db.selectFrom('post_column').select('thread').where('id', '=', record).executeTakeFirst();
    if (row === undefined) return null;
    const root = await db
      .selectFrom('record')
      .select('uri')
      .where('ref', '=', row.thread)
      .where('datatype', '=', 'social.post')
      .executeTakeFirst();
    return { thread: row.thread, threadUri: root?.uri ?? null };
  }),
};
