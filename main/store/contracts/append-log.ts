import type { Kysely } from 'kysely';
import { z } from 'zod';
import { GrantId, Outcome, type LogEntry } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Database } from '../database.ts';
import { writeOperation } from '../operation.ts';
import { amongTexts, insertRows } from '../records/sql-rows.ts';
import { logHash } from './log-chain.ts';

const DAY_MS = 86_400_000;
/** Places are stored: new ones go to the end. */
export const OUTCOMES = ['answered', 'refused', 'stopped', 'failed'] as const satisfies z.infer<typeof Outcome>[];

/** One request of a service, as the gate tells it. */
export const LogRow = z.strictObject({
  grant: GrantId,
  at: z.int().min(0),
  clause: z.string().max(64).nullable(),
  action: z.string().max(20),
  datatype: z.string().max(200).nullable(),
  fields: z.array(z.string().max(64)).max(80),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  outcome: Outcome,
  reason: z.string().max(60).nullable(),
  revision: z.int().min(0),
  /** `published` of the oldest record that was handed out; null: none with a time. Not part of the chain. */
  oldest: z.int().nullable(),
});
export type LogRow = z.infer<typeof LogRow>;

interface Head {
  ref: number;
  count: number;
  hash: string | null;
  at: number;
}
interface Day {
  first: number;
  last: number;
  requests: number;
  refused: number;
  rows: number;
  bytes: number;
  hash: string;
}
interface Use {
  requests: number;
  rows: number;
  oldest: number | null;
}

export const appendLogWrites = {
  /**
   * Adds requests to the log of their contract, each chained to the one before. Time never runs backwards in a log, and a
   * day that is closed takes no more entries. Throws grant_not_found.
   */
  'contracts.log': writeOperation(z.array(LogRow).min(1).max(1000), async ({ db }, rows) => {
    const heads = await readHeads(db, rows);
    const shapes = await readShapes(db, rows);
    const days = new Map<string, Day>();
    const uses = new Map<string, Use>();
    const entries = rows.map((row) => {
      const head = heads.get(row.grant) ?? missing();
      const at = Math.max(row.at, head.at);
      const entry: Omit<LogEntry, 'hash'> = {
        grant_id: row.grant,
        number: head.count + 1,
        at: new Date(at).toISOString(),
        clause_id: row.clause,
        action: row.action,
        datatype: row.datatype,
        fields: row.fields,
        rows: row.rows,
        bytes: row.bytes,
        outcome: row.outcome,
        reason: row.reason,
        revision: row.revision,
        previous: head.hash,
      };
      const digest = logHash(entry);
      head.count++;
      head.hash = digest.toString('base64url');
      head.at = at;
      const day = Math.floor(at / DAY_MS);
      const shape = shapes.get(shapeOf(row)) ?? missing();
      countDay(days, `${head.ref} ${day}`, row, head);
      if (row.outcome !== 'refused') countUse(uses, `${head.ref} ${day} ${shape}`, row);
      const outcome = OUTCOMES.indexOf(row.outcome);
      return [head.ref, head.count, at, shape, row.rows, row.bytes, outcome, row.reason, row.revision, digest];
    });
    await insertRows(db, 'insert into access_log', LOG_COLUMNS, entries);
    await insertRows(db, 'insert into access_day', DAY_COLUMNS, dayRows(days), DAY_SUM);
    await insertRows(db, 'insert into access_use', USE_COLUMNS, useRows(uses), USE_SUM);
    for (const { ref, count, hash, at } of heads.values()) {
      await db
        .updateTable('contract_grant')
        .set({ log_count: count, log_hash: hash, log_at: at })
        .where('ref', '=', ref)
        .execute();
    }
  }),
};

const LOG_COLUMNS = [
  'grant_ref',
  'number',
  'at',
  'shape',
  'rows',
  'bytes',
  'outcome',
  'reason',
  'revision',
  'hash',
] as const;
const DAY_COLUMNS = ['grant_ref', 'day', 'first', 'last', 'requests', 'refused', 'rows', 'bytes', 'hash'] as const;
const DAY_SUM = `on conflict (grant_ref, day) do update set last = excluded.last, hash = excluded.hash,
  requests = requests + excluded.requests, refused = refused + excluded.refused, rows = rows + excluded.rows,
  bytes = bytes + excluded.bytes`;
const USE_COLUMNS = ['grant_ref', 'day', 'shape', 'requests', 'rows', 'oldest'] as const;
const USE_SUM = `on conflict (grant_ref, day, shape) do update set requests = requests + excluded.requests,
  rows = rows + excluded.rows, oldest = coalesce(min(oldest, excluded.oldest), oldest, excluded.oldest)`;

function missing(): never {
  throw new LockerError('grant_not_found');
}

/** Where each contract's chain ends; the next entry is never on a day that is closed. */
async function readHeads(db: Kysely<Database>, rows: readonly LogRow[]): Promise<Map<string, Head>> {
  const ids = [...new Set(rows.map(({ grant }) => grant))];
  const found = await db
    .selectFrom('contract_grant as g')
    .select(['g.id', 'g.ref', 'g.log_count', 'g.log_hash', 'g.log_at'])
    .select((select) =>
      select
        .selectFrom('access_day as d')
        .select((max) => max.fn.max('d.day').as('day'))
        .whereRef('d.grant_ref', '=', 'g.ref')
        .where('d.receipt', 'is not', null)
        .as('closed'),
    )
    .where('g.id', 'in', amongTexts(ids))
    .execute();
  return new Map(
    found.map(({ id, ref, log_count, log_hash, log_at, closed }) => [
      id,
      { ref, count: log_count, hash: log_hash, at: Math.max(log_at, closed === null ? 0 : (closed + 1) * DAY_MS) },
    ]),
  );
}

function shapeOf({ clause, action, datatype, fields }: LogRow): string {
  return JSON.stringify([clause, action, datatype, fields]);
}

async function readShapes(db: Kysely<Database>, rows: readonly LogRow[]): Promise<Map<string, number>> {
  const wanted = [...new Set(rows.map(shapeOf))];
  await insertRows(
    db,
    'insert or ignore into log_shape',
    ['shape'],
    wanted.map((shape) => [shape]),
  );
  const found = await db
    .selectFrom('log_shape')
    .select(['id', 'shape'])
    .where('shape', 'in', amongTexts(wanted))
    .execute();
  return new Map(found.map(({ id, shape }) => [shape, id]));
}

function countDay(days: Map<string, Day>, key: string, row: LogRow, head: Head): void {
  const day = days.get(key) ?? { first: head.count, last: 0, requests: 0, refused: 0, rows: 0, bytes: 0, hash: '' };
  days.set(key, {
    ...day,
    last: head.count,
    requests: day.requests + 1,
    refused: day.refused + (row.outcome === 'refused' ? 1 : 0),
    rows: day.rows + row.rows,
    bytes: day.bytes + row.bytes,
    hash: head.hash ?? '',
  });
}

function countUse(uses: Map<string, Use>, key: string, row: LogRow): void {
  const use = uses.get(key) ?? { requests: 0, rows: 0, oldest: null };
  const oldest = row.oldest === null ? use.oldest : Math.min(row.oldest, use.oldest ?? row.oldest);
  uses.set(key, { requests: use.requests + 1, rows: use.rows + row.rows, oldest });
}

function dayRows(days: ReadonlyMap<string, Day>): (string | number)[][] {
  return [...days].map(([key, { first, last, requests, refused, rows, bytes, hash }]) => [
    ...key.split(' ').map(Number),
    first,
    last,
    requests,
    refused,
    rows,
    bytes,
    hash,
  ]);
}

function useRows(uses: ReadonlyMap<string, Use>): (number | null)[][] {
  return [...uses].map(([key, { requests, rows, oldest }]) => [...key.split(' ').map(Number), requests, rows, oldest]);
}
