import type { Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { ImportReport, ImportRun, ImportState } from '../../../protocol/owner/sources.ts';
import type { Database } from '../database.ts';
import { readOperation, writeOperation } from '../operation.ts';
import type { ImportRunTable } from './record-tables.ts';
import { insertRows } from './sql-rows.ts';

const RunIdText = z.string().min(1).max(40);
/** Runs that are listed. */
const LISTED = 500;

/** The number that provenance refers to; null where there is no such run. */
export async function runNumber(
  db: Pick<Kysely<Database>, 'selectFrom'> | ReadonlyKysely<Database>,
  id: string,
): Promise<number | null> {
  const row = await db.selectFrom('import_run').select('num').where('id', '=', id).executeTakeFirst();
  return row?.num ?? null;
}

/** Says that the records came with the run. */
export async function linkToRun(db: Kysely<Database>, run: number, ids: readonly number[]): Promise<void> {
  await insertRows(
    db,
    'insert or ignore into record_run',
    ['run', 'record'],
    ids.map((id) => [run, id]),
  );
}

function viewOf(row: Omit<ImportRunTable, 'num'>): ImportRun {
  return {
    id: row.id,
    name: row.name,
    state: ImportState.parse(row.state),
    startedAt: row.started,
    endedAt: row.ended,
    progress: row.progress,
    leftMs: row.left_ms,
    problem: row.problem,
    report: ImportReport.parse(JSON.parse(row.report)),
  };
}

const COLUMNS = ['id', 'name', 'state', 'started', 'ended', 'progress', 'left_ms', 'problem', 'report'] as const;

export const runReads = {
  /** Import runs, the latest first. */
  'records.runs': readOperation(z.strictObject({}), async ({ db }): Promise<ImportRun[]> => {
    const rows = await db.selectFrom('import_run').select(COLUMNS).orderBy('num', 'desc').limit(LISTED).execute();
    return rows.map(viewOf);
  }),
  /** One run, or null. */
  'records.run': readOperation(z.strictObject({ id: RunIdText }), async ({ db }, { id }): Promise<ImportRun | null> => {
    const row = await db.selectFrom('import_run').select(COLUMNS).where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : viewOf(row);
  }),
};

export const runWrites = {
  /** Begins a run; its records may follow. Throws record_conflict where the id is taken. */
  'records.createRun': writeOperation(ImportRun, async ({ db }, run) => {
    if ((await runNumber(db, run.id)) !== null) throw new LockerError('record_conflict');
    await db.insertInto('import_run').values(rowOf(run)).execute();
  }),
  /** Writes down how far a run is, or how it ended. Throws import_not_found. */
  'records.updateRun': writeOperation(ImportRun, async ({ db }, run) => {
    const num = await runNumber(db, run.id);
    if (num === null) throw new LockerError('import_not_found');
    await db.updateTable('import_run').set(rowOf(run)).where('num', '=', num).execute();
  }),
};

export function rowOf(run: ImportRun): Omit<ImportRunTable, 'num'> {
  return {
    id: run.id,
    name: run.name,
    state: run.state,
    started: run.startedAt,
    ended: run.endedAt,
    progress: run.progress,
    left_ms: run.leftMs,
    problem: run.problem,
    report: JSON.stringify(run.report),
  };
}
