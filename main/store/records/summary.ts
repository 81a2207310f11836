import { z } from 'zod';
import type { DataSummary } from '../../../protocol/owner/data.ts';
import { readOperation } from '../operation.ts';

/** Sources that are listed, the largest first. */
const SOURCES_MAX = 500;

export const summaryReads = {
  /** Numbers of records, kept as records come and go: nothing is counted here. */
  'records.summary': readOperation(z.strictObject({}), async ({ db }): Promise<DataSummary> => {
    const datatypes = await db
      .selectFrom('datatype_count')
      .select(['datatype', 'records as count'])
      .where('records', '>', 0)
      .orderBy('records', 'desc')
      .orderBy('datatype')
      .execute();
    const sources = await db
      .selectFrom('source')
      .select(['uri as source', 'records as count'])
      .where('records', '>', 0)
      .orderBy('records', 'desc')
      .orderBy('uri')
      .limit(SOURCES_MAX)
      .execute();
    // Ids are made of times: the ends of the table are the ends of time.
    const oldest = await db.selectFrom('record').select('published').orderBy('id').limit(1).executeTakeFirst();
    const newest = await db.selectFrom('record').select('published').orderBy('id', 'desc').limit(1).executeTakeFirst();
    return {
      total: datatypes.reduce((sum, { count }) => sum + count, 0),
      byDatatype: datatypes,
      bySource: sources,
      oldest: oldest?.published ?? null,
      newest: newest?.published ?? null,
    };
  }),
};
