import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Database } from '../database.ts';
import { writeOperation, type Transactor } from '../operation.ts';
import { tally } from './counters.ts';
import { isMadeHere } from './made-here.ts';
import { PreparedRecord } from './prepared-record.ts';
import { hasKey } from './record-keys.ts';
import { among } from './sql-rows.ts';
import { writeRecords, type StoredRow, type Write } from './write-records.ts';
import { linkToRun, runNumber } from './runs.ts';

/** Records of one call; an importer sends as many as the writer stores in about 10 ms. */
export const BATCH_MAX = 1000;

export interface Upserted {
  added: number;
  changed: number;
  unchanged: number;
  /** Left out because the owner deleted them. */
  deletedByYou: number;
  /** Records of the batch that are in the locker now, by datatype. */
  byDatatype: Record<string, number>;
}

const Input = z.strictObject({
  /** Import run the records belong to. */
  run: z.string().min(1).max(40),
  records: z.array(PreparedRecord).max(BATCH_MAX),
});

export const upsertBatch = writeOperation(Input, async (transactor, { run, records }): Promise<Upserted> => {
  // What the owner does inside the locker can't come from outside, nor be written over by it.
  if (records.some(({ uri }) => isMadeHere(uri))) throw new LockerError('bad_request', { detail: 'uri' });
  const number = await runNumber(transactor.db, run);
  if (number === null) throw new LockerError('import_not_found');
  const result = await upsert(transactor, records);
  await linkToRun(transactor.db, number, result.ids);
  return result.counts;
});

/** Stores what is new or changed. `ids`: of every record of the batch that is in the locker now. */
export async function upsert(
  { db, now }: Transactor,
  records: readonly PreparedRecord[],
): Promise<{ counts: Upserted; ids: number[] }> {
  const latest = new Map(records.map((record) => [identityOf(record), record]));
  const deleted = await tombstones(db, latest.values());
  const known = await existing(db, latest.values());
  const writes: Write[] = [];
  const ids: number[] = [];
  const byDatatype = new Map<AnyDatatype, number>();
  let unchanged = 0;
  let deletedByYou = 0;
  for (const [identity, record] of latest) {
    if (deleted.has(identity)) {
      deletedByYou++;
      continue;
    }
    tally(byDatatype, record.datatype);
    const stored = known.get(identity) ?? null;
    if (stored !== null) ids.push(stored.id);
    if (stored !== null && stored.body_digest === record.bodyDigest && (stored.mine === 1 || !record.mine)) unchanged++;
    else writes.push({ record, stored });
  }
  const repeated = records.length - latest.size;
  const written = await writeRecords(db, writes, now());
  const added = written.added.length;
  return {
    counts: {
      added,
      changed: writes.length - added,
      unchanged: unchanged + repeated,
      deletedByYou,
      byDatatype: Object.fromEntries(byDatatype),
    },
    ids: [...ids, ...written.added],
  };
}

function identityOf({ ref, identity }: { ref: number; identity: number }): string {
  return `${ref} ${identity}`;
}

async function tombstones(db: Kysely<Database>, records: Iterable<PreparedRecord>): Promise<Set<string>> {
  const refs = Array.from(records, ({ ref }) => ref);
  const rows = await db.selectFrom('tombstone').select(['ref', 'identity']).where('ref', 'in', among(refs)).execute();
  return new Set(rows.map(identityOf));
}

async function existing(db: Kysely<Database>, records: Iterable<PreparedRecord>): Promise<Map<string, StoredRow>> {
  const refs = Array.from(records, ({ ref }) => ref);
  const rows = await storedRows(db, refs);
  return new Map(rows.map((row) => [identityOf(row), row]));
}

async function storedRows(db: Kysely<Database>, refs: readonly number[]): Promise<StoredRow[]> {
  return db
    .selectFrom('record')
    .select([
      'id',
      'ref',
      'identity',
      'body_digest',
      'mine',
      'edited',
      'source',
      'published',
      'own_time',
      'estimated',
      'author',
      'object',
    ])
    .where(hasKey(refs))
    .execute();
}
