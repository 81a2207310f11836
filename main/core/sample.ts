import { randomBytes, randomInt } from 'node:crypto';
import { generateTown } from '../../build/sample/town.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import { prepareRecord, type PreparedRecord } from '../records/index.ts';
import type { Store } from '../store/index.ts';

/** Few enough that the owner's first requests get a turn between them. */
const BATCH = 500;
/** No vowels but a: no words, nothing to mistake for one another. */
const LETTERS = 'abcdfghjkmnpqrstvwxyz23456789';

/** A passphrase of about 97 bits, typed from a screen. */
export function makePassphrase(): string {
  const group = (): string => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

function runOf(id: string, at: number): ImportRun {
  return {
    id,
    name: 'Sample town',
    state: 'running',
    startedAt: at,
    endedAt: null,
    progress: 0,
    leftMs: null,
    problem: null,
    report: {
      kind: 'activitystreams',
      files: 0,
      added: 0,
      changed: 0,
      unchanged: 0,
      deletedByYou: 0,
      byDatatype: {},
      skipped: [],
      unknownFields: [],
      subscriptions: 0,
    },
  };
}

function* batches(records: Iterable<IntakeRecord>): Generator<PreparedRecord[]> {
  let batch: PreparedRecord[] = [];
  for (const record of records) {
    batch.push(prepareRecord(record));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Puts the made-up town into the locker, as an import run that can be undone like any other. */
export async function loadSample(store: Store, now: number): Promise<void> {
  const run = runOf(randomBytes(8).toString('hex'), now);
  await store.write('records.createRun', run);
  const { report } = run;
  for (const records of batches(generateTown(now))) {
    const counts = await store.write('records.upsertBatch', { run: run.id, records }, { priority: 'import' });
    report.added += counts.added;
    report.changed += counts.changed;
    report.unchanged += counts.unchanged;
    for (const [datatype, count] of Object.entries(counts.byDatatype)) {
      report.byDatatype[datatype] = (report.byDatatype[datatype] ?? 0) + count;
    }
  }
  await store.write('records.updateRun', { ...run, state: 'done', progress: 1, endedAt: Date.now() });
}
