import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Database } from '../database.ts';
import { writeOperation, type Transactor } from '../operation.ts';
import { cameTwice, keepsTime } from './came-twice.ts';
import { tally } from './counters.ts';
import { isMadeHere } from './made-here.ts';
import { PreparedRecord } from '../../derive/index.ts';
import { hasKey } from './record-keys.ts';
import { NO_TIME } from './record-tables.ts';
import { among } from './sql-rows.ts';
import { underChanges } from './under-changes.ts';
import { writeRecords, type StoredRow } from './write-records.ts';
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
  const latest = onceEach(records);
  const deleted = await tombstones(db, latest.values());
  const known = await existing(db, latest.values());
  const writes: { record: PreparedRecord; stored: StoredRow | null }[] = [];
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
    if (stored !== null && isKnown(record, stored)) unchanged++;
    else writes.push({ record, stored });
  }
  const repeated = records.length - latest.size;
  const written = await writeRecords(db, await underChanges(db, writes), now());
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

function onceEach(records: readonly PreparedRecord[]): Map<string, PreparedRecord> {
  const latest = new Map<string, PreparedRecord>();
  for (const record of records) {
    const key = identityOf(record);
    const before = latest.get(key);
    latest.set(key, before === undefined ? record : cameTwice(before, record));
  }
  return latest;
}

/** Whether it tells what is stored already: the same body, time and owner. */
function isKnown(record: PreparedRecord, stored: StoredRow): boolean {
  if (stored.body_digest !== record.bodyDigest || (record.mine && stored.mine === 0)) return false;
  if (keepsTime(record, stored.estimated === 1)) return true;
  return record.published === ownTimeOf(stored) && record.estimated === (stored.estimated === 1);
}

function ownTimeOf({ own_time: time }: StoredRow): number | null {
  return time === NO_TIME ? null : time;
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
      'published_text',
      'estimated',
      'author',
      'object',
    ])
    .where(hasKey(refs))
    .execute();
}
