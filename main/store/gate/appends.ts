import type { Kysely, Selectable } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { RecordKey } from '../../../protocol/contract/plan.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { ImportReport, type ImportRun } from '../../../protocol/owner/sources.ts';
import type { Database } from '../database.ts';
import { readOperation, writeOperation, type Transactor } from '../operation.ts';
import { PreparedRecord } from '../../derive/index.ts';
import { removeRecords } from '../records/remove-records.ts';
import { linkToRun, rowOf, runNumber } from '../records/runs.ts';
import { hasKey } from '../records/record-keys.ts';
import { NO_TIME, type RecordTable } from '../records/record-tables.ts';
import { among } from '../records/sql-rows.ts';
import { upsert, type Upserted } from '../records/upsert-batch.ts';

/** Records of one request. */
const APPEND_MAX = 500;
/** How long the answer to a request is kept for the same request again. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const Run = z.strictObject({ id: z.string().min(1).max(40), name: z.string().max(300) });
const Added = z.array(z.boolean());

/** A record that a service added, as it is changed: what its body was made of, and its place. */
export interface Appended {
  readonly uri: string | null;
  readonly published: number | null;
  readonly publishedText: string | null;
  readonly mine: boolean;
  readonly body: string;
  readonly seq: number;
}

export const appendReads = {
  /** A record of this key that came from this source, or null; the body is without the owner's changes. */
  'gate.appended': readOperation(
    z.strictObject({ key: RecordKey, source: z.string() }),
    async ({ db }, { key, source }): Promise<Appended | null> => {
      const row = await ownRow(db, key, source);
      if (row === undefined) return null;
      const { body } = await db
        .selectFrom('record_body')
        .select('body')
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow();
      return {
        uri: row.uri,
        published: row.own_time === NO_TIME ? null : row.own_time,
        publishedText: row.published_text,
        mine: row.mine === 1,
        body,
        seq: row.seq,
      };
    },
  ),
};

export const appendWrites = {
  /**
   * Adds records that a service brings, under its own import run. One that is there already stays as it is, and one that
   * the owner deleted stays away. The same `request` again changes nothing and gives the same answer.
   *
   * @returns for each record whether it was added
   * @throws LockerError `key_conflict` where the key was used for another request
   */
  'gate.append': writeOperation(
    z.strictObject({
      grant: GrantId,
      run: Run,
      request: z.strictObject({ key: z.string().min(1).max(200), digest: z.string().max(64) }).nullable(),
      records: z.array(PreparedRecord).min(1).max(APPEND_MAX),
    }),
    async (transactor, { grant, run, request, records }): Promise<boolean[]> => {
      const { db, now } = transactor;
      const answered = request === null ? null : await answeredOf(db, grant, request);
      if (answered !== null) return answered;
      const added = await addFresh(transactor, run, records);
      if (request !== null) {
        await db
          .deleteFrom('idempotency')
          .where('at', '<', now() - KEPT_MS)
          .execute();
        const row = { grant_id: grant, ...request, answer: JSON.stringify(added), at: now() };
        await db.insertInto('idempotency').values(row).execute();
      }
      return added;
    },
  ),
  /** Puts another body in the place of one that this source brought. Throws record_conflict where it changed after `seq`. */
  'gate.replace': writeOperation(
    z.strictObject({ key: RecordKey, source: z.string(), seq: z.int(), record: PreparedRecord }),
    async (transactor, { key, source, seq, record }) => {
      const row = await ownRow(transactor.db, key, source);
      if (row?.seq !== seq) throw new LockerError('record_conflict');
      await upsert(transactor, [record]);
    },
  ),
  /** Takes out a record that this source brought. Throws record_conflict where it changed after `seq`. */
  'gate.remove': writeOperation(
    z.strictObject({ key: RecordKey, source: z.string(), seq: z.int() }),
    async ({ db, now }, { key, source, seq }) => {
      const row = await ownRow(db, key, source);
      if (row?.seq !== seq) throw new LockerError('record_conflict');
      await removeRecords(db, [row.id], now());
    },
  ),
};

/** The record of this key, if it came from this source. */
async function ownRow(
  db: Pick<Kysely<Database>, 'selectFrom'> | ReadonlyKysely<Database>,
  { ref, identity }: RecordKey,
  source: string,
): Promise<Selectable<RecordTable> | undefined> {
  const row = await db
    .selectFrom('record')
    .selectAll()
    .where(hasKey([ref]))
    .where('identity', '=', identity)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const from = await db.selectFrom('source').select('uri').where('id', '=', row.source).executeTakeFirst();
  return from?.uri === source ? row : undefined;
}

async function answeredOf(
  db: Kysely<Database>,
  grant: string,
  { key, digest }: { key: string; digest: string },
): Promise<boolean[] | null> {
  const row = await db
    .selectFrom('idempotency')
    .select(['digest', 'answer'])
    .where('grant_id', '=', grant)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.digest !== digest) throw new LockerError('key_conflict');
  return Added.parse(JSON.parse(row.answer));
}

/** The first of each key is added, if none of that key is there or was deleted by the owner. */
async function addFresh(
  transactor: Transactor,
  run: z.infer<typeof Run>,
  records: readonly PreparedRecord[],
): Promise<boolean[]> {
  const { db } = transactor;
  const refs = records.map(({ ref }) => ref);
  const there = await db.selectFrom('record').select(['ref', 'identity']).where(hasKey(refs)).execute();
  const gone = await db.selectFrom('tombstone').select(['ref', 'identity']).where('ref', 'in', among(refs)).execute();
  const taken = new Set([...there, ...gone].map(nameOf));
  const added = records.map((record) => {
    const isNew = !taken.has(nameOf(record));
    taken.add(nameOf(record));
    return isNew;
  });
  const fresh = records.filter((_, i) => added[i]);
  if (fresh.length > 0) {
    const { counts, ids } = await upsert(transactor, fresh);
    await linkToRun(db, await countIn(transactor, run, counts), ids);
  }
  return added;
}

function nameOf({ ref, identity }: RecordKey): string {
  return `${ref} ${identity}`;
}

/** One import run for all that a contract's service adds, so that the owner can take it back like any other. */
async function countIn({ db, now }: Transactor, run: z.infer<typeof Run>, counts: Upserted): Promise<number> {
  const row = await db.selectFrom('import_run').select(['num', 'report']).where('id', '=', run.id).executeTakeFirst();
  const before = row === undefined ? EMPTY_REPORT : ImportReport.parse(JSON.parse(row.report));
  const byDatatype = { ...before.byDatatype };
  for (const [name, count] of Object.entries(counts.byDatatype)) byDatatype[name] = (byDatatype[name] ?? 0) + count;
  const report = { ...before, added: before.added + counts.added, byDatatype };
  const at = now();
  if (row !== undefined) {
    const changes = { name: run.name, state: 'done', ended: at, report: JSON.stringify(report) };
    await db.updateTable('import_run').set(changes).where('num', '=', row.num).execute();
    return row.num;
  }
  const begun: ImportRun = {
    ...run,
    state: 'done',
    startedAt: at,
    endedAt: at,
    progress: null,
    leftMs: null,
    problem: null,
    report,
  };
  await db.insertInto('import_run').values(rowOf(begun)).execute();
  return (await runNumber(db, run.id)) ?? 0;
}

const EMPTY_REPORT: ImportReport = {
  kind: 'service',
  files: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  deletedByYou: 0,
  byDatatype: {},
  skipped: [],
  unknownFields: [],
  subscriptions: 0,
};
