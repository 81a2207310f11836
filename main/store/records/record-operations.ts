import { browseReads } from './browse.ts';
import { feedColumnReads } from './feed-columns.ts';
import { postReads } from './post-reads.ts';
import { runReads, runWrites } from './runs.ts';
import { upsertBatch } from './upsert-batch.ts';

export const recordReads = { ...browseReads, ...feedColumnReads, ...postReads, ...runReads };

export const recordWrites = { ...runWrites, 'records.upsertBatch': upsertBatch };
