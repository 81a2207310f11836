import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type { Database } from '../database.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { MADE_HERE } from './made-here.ts';
import { removeRecords } from './remove-records.ts';
import { runNumber } from './runs.ts';
import { among } from './sql-rows.ts';

/**
 * Takes back up to `limit` records of a run: the link goes, and with it each record that no other run brought and that
 * the owner hasn't touched (by a change or an act). Throws import_not_found.
 */
export const undoRunStep = writeOperation(
  z.strictObject({ run: z.string().min(1).max(40), limit: z.int().min(1).max(2000) }),
  async ({ db, now }, { run, limit }): Promise<{ removed: number; kept: number; done: boolean }> => {
    const number = await runNumber(db, run);
    if (number === null) throw new LockerError('import_not_found');
    const links = await db.selectFrom('record_run').select('record').where('run', '=', number).limit(limit).execute();
    const ids = links.map(({ record }) => record);
    await db.deleteFrom('record_run').where('run', '=', number).where('record', 'in', among(ids)).execute();
    const kept = await keptIds(db, ids);
    const removed = await removeRecords(
      db,
      ids.filter((id) => !kept.has(id)),
      now(),
    );
    return { removed, kept: kept.size, done: links.length < limit };
  },
);

export const undoRunReads = {
  /** Records that came with a run and are still linked to it. */
  'records.runSize': readOperation(
    z.strictObject({ run: z.string().min(1).max(40) }),
    async ({ db }, { run }): Promise<number> => {
      const number = await runNumber(db, run);
      if (number === null) throw new LockerError('import_not_found');
      const row = await db
        .selectFrom('record_run')
        .select(sql<number>`count(*)`.as('size'))
        .where('run', '=', number)
        .executeTakeFirstOrThrow();
      return row.size;
    },
  ),
};

async function keptIds(db: Kysely<Database>, ids: readonly number[]): Promise<Set<number>> {
  const rows = await sql<{ id: number }>`
    select id from record where id in ${among(ids)} and (
      edited = 1
      or exists (select 1 from record_run where record_run.record = record.id)
      or exists (
        select 1 from record act where act.object = record.ref and act.datatype in ('social.reaction', 'social.bookmark')
          and act.mine = 1 and substr(act.uri, 1, ${MADE_HERE.length}) = ${MADE_HERE}
      )
    )
  `.execute(db);
  return new Set(rows.rows.map(({ id }) => id));
}
