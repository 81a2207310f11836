import { browseReads } from './browse.ts';
import { deleteReads, deleteWrites } from './delete.ts';
import { editReads, editWrites } from './edit.ts';
import { feedColumnReads } from './feed-columns.ts';
import { feedTextReads } from './feed-texts.ts';
import { ownActWrites } from './own-acts.ts';
import { ownHistoryReads } from './own-history.ts';
import { postReads } from './post-reads.ts';
import { runReads, runWrites } from './runs.ts';
import { searchIndexReads, searchIndexWrites } from './search-index.ts';
import { settleReads, settleWrites } from './settle.ts';
import { summaryReads } from './summary.ts';
import { undoRunReads, undoRunStep } from './undo-run.ts';
import { upsertBatch } from './upsert-batch.ts';

export const recordReads = {
  ...browseReads,
  ...deleteReads,
  ...editReads,
  ...feedColumnReads,
  ...feedTextReads,
  ...ownHistoryReads,
  ...postReads,
  ...runReads,
  ...searchIndexReads,
  ...settleReads,
  ...summaryReads,
  ...undoRunReads,
};

export const recordWrites = {
  ...deleteWrites,
  ...editWrites,
  ...ownActWrites,
  ...runWrites,
  ...searchIndexWrites,
  ...settleWrites,
  'records.undoRunStep': undoRunStep,
  'records.upsertBatch': upsertBatch,
};
