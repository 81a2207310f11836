import { sql } from 'kysely';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { readOperation, writeOperation, type Reader } from '../operation.ts';
import type { LabelSourceTable } from './label-tables.ts';
import { SourceId, sourceNumber } from './source-number.ts';

const Time = z.int().min(0);
const Interval = z.int().min(5).max(10080);
const Severity = z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

type Row = Omit<LabelSourceTable, 'num'> & { readonly num: number };

/** A label of a source, with how often it is there now. */
export interface StoredKind {
  readonly value: string;
  readonly about: 'post' | 'account' | 'host';
  readonly severity: -1 | 0 | 1 | 2 | 3 | null;
  readonly advised: 0 | 1 | 2 | 3;
  readonly entries: number;
}

/** A source as the labels room works with it. */
export interface StoredLabelSource {
  readonly id: string;
  readonly kind: 'labels' | 'list';
  readonly name: string;
  readonly publisher: string;
  readonly address: string | null;
  readonly allowLoopback: boolean;
  readonly key: string | null;
  readonly intervalMinutes: number;
  readonly enabled: boolean;
  readonly created: number;
  readonly failures: number;
  readonly cursor: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly lastPolled: number | null;
  readonly lastChanged: number | null;
  readonly lastProblem: string | null;
  readonly kinds: readonly StoredKind[];
  readonly exceptions: readonly { id: string; value: string; uri: string; name: string; created: number }[];
}

async function sourcesOf({ db, now }: Reader, rows: readonly Row[]): Promise<StoredLabelSource[]> {
  const nums = rows.map(({ num }) => num);
  if (nums.length === 0) return [];
  const kinds = await db
    .selectFrom('label_kind')
    .leftJoin('label', (join) =>
      join
        .onRef('label.kind', '=', 'label_kind.num')
        .on('label.negated', '=', 0)
        .on((eb) => eb.or([eb('label.expires', 'is', null), eb('label.expires', '>', now())])),
    )
    .select(['label_kind.source', 'label_kind.value', 'label_kind.about', 'label_kind.severity', 'label_kind.advised'])
    .select(sql<number>`count(label.uri)`.as('entries'))
    .where('label_kind.source', 'in', nums)
    .groupBy('label_kind.num')
    .orderBy('entries', 'desc')
    .orderBy('label_kind.num')
    .execute();
  const exceptions = await db
    .selectFrom('label_exception')
    .select(['id', 'source', 'value', 'uri', 'name', 'created'])
    .where('source', 'in', nums)
    .orderBy('created', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    publisher: row.publisher,
    address: row.address,
    allowLoopback: row.allow_loopback === 1,
    key: row.key,
    intervalMinutes: row.interval_minutes,
    enabled: row.enabled === 1,
    created: row.created,
    failures: row.failures,
    cursor: row.cursor,
    etag: row.etag,
    lastModified: row.last_modified,
    lastPolled: row.last_polled,
    lastChanged: row.last_changed,
    lastProblem: row.last_problem,
    kinds: kinds.filter(({ source }) => source === row.num).map(({ source: _, ...kind }) => kind),
    exceptions: exceptions.filter(({ source }) => source === row.num).map(({ source: _, ...exception }) => exception),
  }));
}

export const sourceReads = {
  /** All, in the order they were added. */
  'labels.sources': readOperation(z.strictObject({}), async (reader) =>
    sourcesOf(reader, await reader.db.selectFrom('label_source').selectAll().orderBy('num').execute()),
  ),
  /** One, or null. */
  'labels.source': readOperation(z.strictObject({ id: SourceId }), async (reader, { id }) => {
    const rows = await reader.db.selectFrom('label_source').selectAll().where('id', '=', id).execute();
    return (await sourcesOf(reader, rows))[0] ?? null;
  }),
  /** Ids of those to ask now, the longest overdue first, and when the next one is due. */
  'labels.due': readOperation(z.strictObject({ now: Time }), async ({ db }, { now }) => {
    const rows = await db
      .selectFrom('label_source')
      .select(['id', 'next_due'])
      .where('enabled', '=', 1)
      .where('address', 'is not', null)
      .orderBy('next_due')
      .execute();
    const due = rows.filter((row) => row.next_due <= now);
    return { due: due.map(({ id }) => id), next: rows[due.length]?.next_due ?? null };
  }),
};

export const sourceWrites = {
  /** Throws label_source_exists where the address is there already. */
  'labels.add': writeOperation(
    z.strictObject({
      id: SourceId,
      kind: z.enum(['labels', 'list']),
      name: z.string().min(1).max(200),
      publisher: z.string().max(2048),
      address: z.string().max(2048).nullable(),
      allowLoopback: z.boolean(),
      key: z.string().max(200).nullable(),
      intervalMinutes: Interval,
      nextDue: Time,
    }),
    async ({ db, now }, source) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('label_source')
        .values({
          id: source.id,
          kind: source.kind,
          name: source.name,
          publisher: source.publisher,
          address: source.address,
          allow_loopback: source.allowLoopback ? 1 : 0,
          key: source.key,
          interval_minutes: source.intervalMinutes,
          enabled: 1,
          created: now(),
          next_due: source.nextDue,
          round: 0,
          failures: 0,
          cursor: null,
          etag: null,
          last_modified: null,
          last_polled: null,
          last_changed: null,
          last_problem: null,
        })
        .onConflict((conflict) => conflict.column('address').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw new LockerError('label_source_exists');
    },
  ),
  /** Throws label_source_not_found. */
  'labels.change': writeOperation(
    z.strictObject({
      id: SourceId,
      name: z.string().min(1).max(200).optional(),
      enabled: z.boolean().optional(),
      intervalMinutes: Interval.optional(),
      nextDue: Time,
    }),
    async ({ db }, { id, name, enabled, intervalMinutes, nextDue }) => {
      const { numUpdatedRows } = await db
        .updateTable('label_source')
        .set({
          next_due: nextDue,
          ...(name === undefined ? {} : { name }),
          ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0, failures: 0 }),
          ...(intervalMinutes === undefined ? {} : { interval_minutes: intervalMinutes }),
        })
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new LockerError('label_source_not_found');
    },
  ),
  /** Removes a source with all it said. Throws label_source_not_found. */
  'labels.drop': writeOperation(z.strictObject({ id: SourceId }), async ({ db }, { id }) => {
    const { numDeletedRows } = await db.deleteFrom('label_source').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows === 0n) throw new LockerError('label_source_not_found');
  }),
  /** What a label of a source does; null: not decided. Throws label_source_not_found. */
  'labels.choose': writeOperation(
    z.strictObject({ id: SourceId, value: z.string().min(1).max(128), severity: Severity.nullable() }),
    async ({ db }, { id, value, severity }) => {
      const source = await sourceNumber(db, id);
      const { numUpdatedRows } = await db
        .updateTable('label_kind')
        .set({ severity })
        .where('source', '=', source)
        .where('value', '=', value)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new LockerError('label_source_not_found', { detail: 'value' });
    },
  ),
  /** Writes down how asking a source went. */
  'labels.polled': writeOperation(
    z.strictObject({
      id: SourceId,
      at: Time,
      nextDue: Time,
      failures: z.int().min(0),
      problem: z.string().max(60).nullable(),
      changed: z.boolean(),
      /** Null: as they were. */
      validators: z
        .strictObject({
          etag: z.string().max(1024).nullable(),
          lastModified: z.string().max(200).nullable(),
          cursor: z.string().max(2048).nullable(),
        })
        .nullable(),
    }),
    async ({ db }, poll) => {
      await db
        .updateTable('label_source')
        .set({
          last_polled: poll.at,
          next_due: poll.nextDue,
          failures: poll.failures,
          last_problem: poll.problem,
          ...(poll.changed ? { last_changed: poll.at } : {}),
          ...(poll.validators === null
            ? {}
            : {
                etag: poll.validators.etag,
                last_modified: poll.validators.lastModified,
                cursor: poll.validators.cursor,
              }),
        })
        .where('id', '=', poll.id)
        .execute();
    },
  ),
};
