import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { GrantId, type LogEntry } from '../../../protocol/contract/grant.ts';
import type { Database } from '../database.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { OUTCOMES } from './append-log.ts';
import { refOf } from './kept-grant.ts';

const Time = z.int();
const Shape = z.tuple([z.string().nullable(), z.string(), z.string().nullable(), z.array(z.string())]);

/** A day of a contract's log; `day` counts UTC days since 1970. */
export interface KeptDay {
  readonly grant: string;
  readonly day: number;
  readonly first: number;
  readonly last: number;
  readonly requests: number;
  readonly refused: number;
  readonly rows: number;
  readonly bytes: number;
  readonly hash: string;
  /** Number of the receipt that closes it, or null. */
  readonly receipt: number | null;
  readonly pruned: boolean;
}

/** What was read by one kind of request, summed. */
export interface KeptUse {
  readonly clause: string | null;
  readonly action: string;
  readonly datatype: string | null;
  readonly fields: string[];
  readonly requests: number;
  readonly rows: number;
  readonly oldest: number | null;
}

function selectLog(db: ReadonlyKysely<Database>) {
  return db
    .selectFrom('access_log as l')
    .innerJoin('log_shape as s', 's.id', 'l.shape')
    .innerJoin('contract_grant as g', 'g.ref', 'l.grant_ref')
    .select(['g.id as grant', 'l.number', 'l.at', 's.shape', 'l.rows', 'l.bytes', 'l.outcome', 'l.reason'])
    .select(['l.revision', 'l.hash', 'l.grant_ref']);
}
type Row = Awaited<ReturnType<ReturnType<typeof selectLog>['execute']>>[number];

function logEntry(row: Row, previous: string | null): LogEntry {
  const [clause, action, datatype, fields] = Shape.parse(JSON.parse(row.shape));
  return {
    grant_id: row.grant,
    number: row.number,
    at: new Date(row.at).toISOString(),
    clause_id: clause,
    action,
    datatype,
    fields,
    rows: row.rows,
    bytes: row.bytes,
    outcome: OUTCOMES[row.outcome] ?? 'failed',
    reason: row.reason,
    revision: row.revision,
    previous,
    hash: Buffer.from(row.hash).toString('base64url'),
  };
}

/** Hash of the entry before; where it is gone, the day that ended with it has it. */
async function hashBefore(db: ReadonlyKysely<Database>, ref: number, number: number): Promise<string | null> {
  if (number <= 1) return null;
  const entry = await db
    .selectFrom('access_log')
    .select('hash')
    .where('grant_ref', '=', ref)
    .where('number', '=', number - 1)
    .executeTakeFirst();
  if (entry !== undefined) return Buffer.from(entry.hash).toString('base64url');
  const day = await db
    .selectFrom('access_day')
    .select('hash')
    .where('grant_ref', '=', ref)
    .where('last', '=', number - 1)
    .executeTakeFirst();
  return day?.hash ?? null;
}

export const logReads = {
  /** Entries of a contract after a number, in order; `through` 0: to the end. */
  'contracts.logOf': readOperation(
    z.strictObject({ grant: GrantId, after: z.int().min(0), limit: z.int().min(1).max(5000) }),
    async ({ db }, { grant, after, limit }): Promise<LogEntry[]> => {
      const ref = (await refOf(db, grant)) ?? 0;
      const rows = await selectLog(db)
        .where('l.grant_ref', '=', ref)
        .where('l.number', '>', after)
        .orderBy('l.number')
        .limit(limit)
        .execute();
      const [first] = rows;
      let previous = first === undefined ? null : await hashBefore(db, ref, first.number);
      return rows.map((row) => {
        const entry = logEntry(row, previous);
        previous = entry.hash;
        return entry;
      });
    },
  ),
  /** The newest entries of all contracts, or of a service's. */
  'contracts.logPage': readOperation(
    z.strictObject({
      service: z.string().max(40).optional(),
      refused: z.boolean().optional(),
      from: Time.optional(),
      to: Time.optional(),
      limit: z.int().min(1).max(5000),
    }),
    async ({ db }, { service, refused, from, to, limit }): Promise<LogEntry[]> => {
      let query = selectLog(db);
      if (service !== undefined) query = query.where('g.service', '=', service);
      if (refused !== undefined) query = query.where('l.outcome', refused ? '=' : '<>', OUTCOMES.indexOf('refused'));
      if (from !== undefined) query = query.where('l.at', '>=', from);
      if (to !== undefined) query = query.where('l.at', '<', to);
      const rows = await query
        .orderBy('l.at', 'desc')
        .orderBy('l.grant_ref', 'desc')
        .orderBy('l.number', 'desc')
        .limit(limit)
        .execute();
      const entries: LogEntry[] = [];
      for (const row of rows) entries.push(logEntry(row, await hashBefore(db, row.grant_ref, row.number)));
      return entries;
    },
  ),
  /** Days of a contract's log, or of all of a service or of all; oldest first. */
  'contracts.days': readOperation(
    z.strictObject({
      grant: GrantId.optional(),
      service: z.string().max(40).optional(),
      from: z.int(),
      to: z.int(),
    }),
    async ({ db }, { grant, service, from, to }): Promise<KeptDay[]> => {
      let query = db
        .selectFrom('access_day as d')
        .innerJoin('contract_grant as g', 'g.ref', 'd.grant_ref')
        .selectAll('d')
        .select('g.id as grant')
        .where('d.day', '>=', from)
        .where('d.day', '<=', to);
      if (grant !== undefined) query = query.where('g.id', '=', grant);
      if (service !== undefined) query = query.where('g.service', '=', service);
      const rows = await query.orderBy('d.day').orderBy('d.grant_ref').limit(20_000).execute();
      return rows.map(({ grant_ref: _, pruned, ...day }) => ({ ...day, pruned: pruned === 1 }));
    },
  ),
  /** Days before `day` that no receipt closes yet, oldest first. */
  'contracts.openDays': readOperation(z.strictObject({ before: z.int() }), async ({ db }, { before }) => {
    const rows = await db
      .selectFrom('access_day as d')
      .innerJoin('contract_grant as g', 'g.ref', 'd.grant_ref')
      .selectAll('d')
      .select('g.id as grant')
      .where('d.receipt', 'is', null)
      .where('d.day', '<', before)
      .orderBy('d.day')
      .limit(500)
      .execute();
    return rows.map(({ grant_ref: _, pruned, ...day }): KeptDay => ({ ...day, pruned: pruned === 1 }));
  }),
  /** What was read since a day, by kind of request. */
  'contracts.use': readOperation(
    z.strictObject({ grant: GrantId, from: z.int() }),
    async ({ db }, { grant, from }): Promise<KeptUse[]> => {
      const rows = await db
        .selectFrom('access_use as u')
        .innerJoin('log_shape as s', 's.id', 'u.shape')
        .select((is) => [
          's.shape',
          is.fn.sum<number>('u.requests').as('requests'),
          is.fn.sum<number>('u.rows').as('rows'),
          is.fn.min<number | null>('u.oldest').as('oldest'),
        ])
        .where('u.grant_ref', '=', (await refOf(db, grant)) ?? 0)
        .where('u.day', '>=', from)
        .groupBy('s.id')
        .execute();
      return rows.map(({ shape, requests, rows: read, oldest }) => {
        const [clause, action, datatype, fields] = Shape.parse(JSON.parse(shape));
        return { clause, action, datatype, fields, requests, rows: read, oldest };
      });
    },
  ),
};

export const logWrites = {
  /**
   * Removes the single entries of one closed day before `day`, keeping its hash and totals; a few thousand at a time.
   *
   * @returns whether there is more to remove
   */
  'contracts.pruneLog': writeOperation(
    z.strictObject({ before: z.int(), limit: z.int().min(1).max(20_000) }),
    async ({ db }, { before, limit }): Promise<{ more: boolean }> => {
      const day = await db
        .selectFrom('access_day')
        .selectAll()
        .where('pruned', '=', 0)
        .where('receipt', 'is not', null)
        .where('day', '<', before)
        .orderBy('day')
        .executeTakeFirst();
      if (day === undefined) return { more: false };
      const oldest = db
        .selectFrom('access_log')
        .select('number')
        .where('grant_ref', '=', day.grant_ref)
        .where('number', '>=', day.first)
        .where('number', '<=', day.last)
        .orderBy('number')
        .limit(limit);
      const { numDeletedRows } = await db
        .deleteFrom('access_log')
        .where('grant_ref', '=', day.grant_ref)
        .where('number', 'in', oldest)
        .executeTakeFirst();
      if (numDeletedRows === BigInt(limit)) return { more: true };
      await db.deleteFrom('access_use').where('grant_ref', '=', day.grant_ref).where('day', '=', day.day).execute();
      await db
        .updateTable('access_day')
        .set({ pruned: 1 })
        .where('grant_ref', '=', day.grant_ref)
        .where('day', '=', day.day)
        .execute();
      return { more: true };
    },
  ),
  /** Removes what requests had in common where no entry has it any more. */
  'contracts.dropShapes': writeOperation(z.strictObject({}), async ({ db }) => {
    await db
      .deleteFrom('log_shape')
      .where('id', 'not in', db.selectFrom('access_log').select('shape'))
      .where('id', 'not in', db.selectFrom('access_use').select('shape'))
      .execute();
  }),
};
