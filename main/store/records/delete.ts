import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { Database } from '../database.ts';
import { readOperation, writeOperation, type Transactor } from '../operation.ts';
import { PreparedRecord } from '../../derive/index.ts';
import { hasKey } from './record-keys.ts';
import { NO_TIME } from './record-tables.ts';
import { removeRecords } from './remove-records.ts';
import { linkToRun } from './runs.ts';
import { among, insertRows, sourceUri } from './sql-rows.ts';
import { writeRecords } from './write-records.ts';

/** How long a deletion can be undone; after that nothing of the content is left. */
export const UNDO_MS = 10 * 60 * 1000;

/** How long the keys of removed records are kept for the change streams. */
const REMOVED_MS = 24 * 60 * 60 * 1000;

/** What is kept of a deleted record until then, as JSON. */
const Trashed = z.strictObject({
  id: z.int(),
  datatype: AnyDatatype,
  uri: z.string().nullable(),
  source: z.string(),
  published: z.int(),
  ownTime: z.int().default(NO_TIME),
  publishedText: z.string().nullable(),
  estimated: z.boolean(),
  mine: z.boolean(),
  body: z.string(),
  bodyDigest: z.string(),
  overlay: z.string().nullable(),
  runs: z.array(z.int()),
});
export type Trashed = z.infer<typeof Trashed>;

const Undo = z.string().min(1).max(100);

export const deleteReads = {
  /** What a deletion took, as long as it can be undone. */
  'records.trashed': readOperation(
    z.strictObject({ undo: Undo }),
    async ({ db, now }, { undo }): Promise<{ num: number; record: Trashed }[]> => {
      const rows = await db
        .selectFrom('trash')
        .select(['num', 'record'])
        .where('undo', '=', undo)
        .where('expires', '>', now())
        .orderBy('num')
        .execute();
      return rows.map(({ num, record }) => ({ num, record: Trashed.parse(JSON.parse(record)) }));
    },
  ),
};

export const deleteWrites = {
  /**
   * Deletes records for good after {@link UNDO_MS}. From now on they count as deleted by the owner. Deletions of the same
   * `undo` are undone together.
   */
  'records.delete': writeOperation(
    z.strictObject({ ids: z.array(z.int()).min(1).max(1000), undo: Undo }),
    async (transactor, { ids, undo }) => ({ deleted: await deleteForGood(transactor, ids, undo) }),
  ),
  /** Brings back what a deletion took; `derived` from each record's body under its changes. */
  'records.restore': writeOperation(
    z.strictObject({ items: z.array(z.strictObject({ num: z.int(), derived: PreparedRecord })).max(1000) }),
    async ({ db, now }, { items }): Promise<{ restored: number }> => {
      let restored = 0;
      for (const { num, derived } of items) {
        const row = await db.selectFrom('trash').selectAll().where('num', '=', num).executeTakeFirst();
        if (row === undefined || row.expires <= now()) continue;
        const { ref, identity } = row;
        const { id, ownTime, body, bodyDigest, overlay, runs } = Trashed.parse(JSON.parse(row.record));
        await db.deleteFrom('trash').where('num', '=', num).execute();
        await db.deleteFrom('tombstone').where('ref', '=', ref).where('identity', '=', identity).execute();
        // An act that was made again meanwhile is there already.
        if (await isStored(db, row)) continue;
        const kept = { id, ref, identity, own_time: ownTime, body, bodyDigest, overlay };
        const { added } = await writeRecords(db, [{ record: derived, stored: null, kept }], now());
        for (const run of runs) if (await isRun(db, run)) await linkToRun(db, run, added);
        restored++;
      }
      return { restored };
    },
  ),
  /** Forgets what can't be undone any more, and what the feed's window has had time to learn. */
  'records.purge': writeOperation(z.strictObject({}), async ({ db, now }): Promise<{ nextExpiry: number | null }> => {
    await db.deleteFrom('trash').where('expires', '<=', now()).execute();
    const old = await db
      .selectFrom('removed_post')
      .select(sql<number | null>`max(seq)`.as('seq'))
      .where('at', '<=', now() - UNDO_MS)
      .executeTakeFirst();
    if (typeof old?.seq === 'number') {
      await db.deleteFrom('removed_post').where('seq', '<=', old.seq).execute();
      await db.updateTable('counter').set({ value: old.seq }).where('name', '=', 'removed_floor').execute();
    }
    await forgetRemoved(db, now());
    const next = await db
      .selectFrom('trash')
      .select(sql<number | null>`min(expires)`.as('expires'))
      .executeTakeFirst();
    return { nextExpiry: next?.expires ?? null };
  }),
};

/** Change streams learn of removals from this list; one that lags behind it looks at all it has told. */
async function forgetRemoved(db: Kysely<Database>, now: number): Promise<void> {
  const old = await db
    .selectFrom('removed_record')
    .select(sql<number | null>`max(seq)`.as('seq'))
    .where('at', '<=', now - REMOVED_MS)
    .executeTakeFirst();
  if (typeof old?.seq !== 'number') return;
  await db.deleteFrom('removed_record').where('seq', '<=', old.seq).execute();
  await db.updateTable('counter').set({ value: old.seq }).where('name', '=', 'removed_record_floor').execute();
}

async function deleteForGood({ db, now }: Transactor, ids: readonly number[], undo: string): Promise<number> {
  const rows = await db
    .selectFrom('record')
    .innerJoin('record_body', 'record_body.id', 'record.id')
    .select(['record.id', 'ref', 'identity', 'datatype', 'record.uri', sourceUri(), 'published'])
    .select(['own_time', 'published_text', 'estimated', 'mine', 'body', 'body_digest', 'overlay'])
    .where('record.id', 'in', among(ids))
    .execute();
  const runs = await runsOf(db, ids);
  const expires = now() + UNDO_MS;
  const trashed = rows.map((row) => {
    const record: Trashed = {
      id: row.id,
      datatype: row.datatype,
      uri: row.uri,
      source: row.source,
      published: row.published,
      ownTime: row.own_time,
      publishedText: row.published_text,
      estimated: row.estimated === 1,
      mine: row.mine === 1,
      body: row.body,
      bodyDigest: row.body_digest,
      overlay: row.overlay,
      runs: runs.get(row.id) ?? [],
    };
    return [undo, expires, row.ref, row.identity, JSON.stringify(record)];
  });
  await insertRows(db, 'insert into trash', ['undo', 'expires', 'ref', 'identity', 'record'], trashed);
  await bury(db, rows, now());
  await removeRecords(
    db,
    rows.map(({ id }) => id),
    now(),
  );
  return rows.length;
}

/** Leaves a mark, without content, that wins over later imports. */
export async function bury(
  db: Kysely<Database>,
  rows: readonly { ref: number; identity: number }[],
  at: number,
): Promise<void> {
  const marks = rows.map(({ ref, identity }) => [ref, identity, at]);
  await insertRows(db, 'insert or replace into tombstone', ['ref', 'identity', 'at'], marks);
}

async function runsOf(db: Kysely<Database>, ids: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await db.selectFrom('record_run').selectAll().where('record', 'in', among(ids)).execute();
  const runs = new Map<number, number[]>();
  for (const { run, record } of rows) runs.set(record, [...(runs.get(record) ?? []), run]);
  return runs;
}

async function isStored(db: Kysely<Database>, { ref, identity }: { ref: number; identity: number }): Promise<boolean> {
  const stored = db
    .selectFrom('record')
    .select('id')
    .where(hasKey([ref]))
    .where('identity', '=', identity);
  return (await stored.executeTakeFirst()) !== undefined;
}

/** An import that was undone meanwhile is not brought back by its records. */
async function isRun(db: Kysely<Database>, run: number): Promise<boolean> {
  const row = await db.selectFrom('import_run').select('state').where('num', '=', run).executeTakeFirst();
  return row !== undefined && row.state !== 'undone';
}
