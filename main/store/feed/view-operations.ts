import { z } from 'zod';
import { writeOperation } from '../operation.ts';
import { PreparedRecord } from '../../derive/index.ts';
import { upsert } from '../records/upsert-batch.ts';

export const viewWrites = {
  /** Stores that posts were on the owner's screen; told twice, stored once. */
  'feed.recordViews': writeOperation(
    z.strictObject({ records: z.array(PreparedRecord).max(200) }),
    async (transactor, { records }) => (await upsert(transactor, records)).counts.added,
  ),
};
