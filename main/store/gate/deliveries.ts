import { sql, type RawBuilder } from 'kysely';
import { z } from 'zod';
import { RecordKey } from '../../../protocol/contract/plan.ts';
import { readOperation, writeOperation, type Transactor } from '../operation.ts';
import { among, insertRows } from '../records/sql-rows.ts';
import { StreamState } from './change-streams.ts';

const Stream = z.strictObject({ stream: z.int() });
const KEYS_MAX = 1000;
const Keys = z.array(RecordKey).max(KEYS_MAX);
const DigestText = z.string().max(64);

/** What the ledger holds of a record; `digest` null: the service has nothing of it. */
export interface Delivered extends RecordKey {
  readonly digest: string | null;
  readonly queued: boolean;
  readonly n: number;
}

/** A change as it gets its number: given now, taken away now, or to be given when its turn comes. */
export const NewDelivery = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put'), key: RecordKey, digest: DigestText }),
  z.strictObject({ kind: z.literal('remove'), key: RecordKey }),
  z.strictObject({ kind: z.literal('queue'), key: RecordKey }),
]);
export type NewDelivery = z.infer<typeof NewDelivery>;

export const deliveryReads = {
  /** Changes after number `after`, in order. */
  'gate.changes': readOperation(
    Stream.extend({ after: z.int(), limit: z.int().min(1).max(1001) }),
    async ({ db }, { stream, after, limit }): Promise<Delivered[]> => {
      const rows = await db
        .selectFrom('delivery')
        .select(['ref', 'identity', 'digest', 'queued', 'n'])
        .where('stream', '=', stream)
        .where('n', '>', after)
        .orderBy('n')
        .limit(limit)
        .execute();
      return rows.map(({ queued, ...row }) => ({ ...row, queued: queued === 1 }));
    },
  ),
  /** What the ledger holds of these records. */
  'gate.delivered': readOperation(
    Stream.extend({ keys: Keys }),
    async ({ db }, { stream, keys }): Promise<Pick<Delivered, 'ref' | 'identity' | 'digest' | 'queued'>[]> => {
      const wanted = new Set(keys.map(({ ref, identity }) => `${ref} ${identity}`));
      const rows = await db
        .selectFrom('delivery')
        .select(['ref', 'identity', 'digest', 'queued'])
        .where('stream', '=', stream)
        .where('ref', 'in', among(keys.map(({ ref }) => ref)))
        .execute();
      return rows
        .filter(({ ref, identity }) => wanted.has(`${ref} ${identity}`))
        .map(({ queued, ...row }) => ({ ...row, queued: queued === 1 }));
    },
  ),
  /** Keys of what the service has, in the order of keys. */
  'gate.holdings': readOperation(
    Stream.extend({ after: RecordKey.nullable(), limit: z.int().min(1).max(KEYS_MAX) }),
    async ({ db }, { stream, after, limit }): Promise<RecordKey[]> => {
      let query = db
        .selectFrom('delivery')
        .select(['ref', 'identity'])
        .where('stream', '=', stream)
        .where('digest', 'is not', null);
      if (after !== null) {
        query = query.where(sql<boolean>`(ref, identity) > (${after.ref}, ${after.identity})`);
      }
      return query.orderBy('ref').orderBy('identity').limit(limit).execute();
    },
  ),
  /** Keys of what the service has and whose record had a time outside these bounds, in the order of keys. */
  'gate.outside': readOperation(
    Stream.extend({ since: z.int().nullable(), until: z.int().nullable() }),
    async ({ db }, { stream, since, until }): Promise<RecordKey[]> => {
      if (since === null && until === null) return [];
      return db
        .selectFrom('delivery')
        .select(['ref', 'identity'])
        .where('stream', '=', stream)
        .where('digest', 'is not', null)
        .where((is) =>
          is.or([
            ...(since === null ? [] : [is('own_time', '<', since)]),
            ...(until === null ? [] : [is('own_time', '>=', until)]),
          ]),
        )
        .orderBy('ref')
        .orderBy('identity')
        .execute();
    },
  ),
};

export const deliveryWrites = {
  /**
   * Writes down changes, in this order, in the transaction that hands them out, and how far the stream is.
   *
   * @returns number of the first; the others follow
   */
  'gate.deliver': writeOperation(
    Stream.extend({ changes: z.array(NewDelivery).max(20_000), state: StreamState }),
    async (transactor, { stream, changes, state }): Promise<number> => {
      const { db } = transactor;
      const last = await sql<{ n: number | null }>`
        select max(n) as n from delivery where stream in (
          select other.num from change_stream as own join change_stream as other
            on other.grant_id = own.grant_id and other.clause_id = own.clause_id
          where own.num = ${stream})`.execute(db);
      const first = (last.rows[0]?.n ?? 0) + 1;
      await number(transactor, stream, first, changes);
      const place = state.place === null ? null : JSON.stringify(state.place);
      await db
        .updateTable('change_stream')
        .set({ phase: state.phase, place, seq: state.seq })
        .where('num', '=', stream)
        .execute();
      return first;
    },
  ),
  /** Writes down what numbered changes turned out to be as they were given; null: taken away. */
  'gate.given': writeOperation(
    Stream.extend({
      given: z.array(z.strictObject({ key: RecordKey, digest: DigestText.nullable() })).max(KEYS_MAX),
      /** Queued, and gone before they were given. */
      dropped: Keys,
    }),
    async ({ db }, { stream, given, dropped }) => {
      for (const { key, digest } of given) {
        await db
          .updateTable('delivery')
          .set({ digest, queued: 0, own_time: ownTime(key) })
          .where('stream', '=', stream)
          .where('ref', '=', key.ref)
          .where('identity', '=', key.identity)
          .execute();
      }
      for (const { ref, identity } of dropped) {
        await db
          .deleteFrom('delivery')
          .where('stream', '=', stream)
          .where('ref', '=', ref)
          .where('identity', '=', identity)
          .execute();
      }
    },
  ),
};

const COLUMNS = ['stream', 'ref', 'identity', 'digest', 'queued', 'n'] as const;
/** A queued change keeps the digest of what the service still has. */
const PUT = `on conflict (stream, ref, identity) do update set digest = excluded.digest, queued = 0, n = excluded.n`;
const QUEUE = `on conflict (stream, ref, identity) do update set queued = 1, n = excluded.n`;

async function number(
  { db }: Transactor,
  stream: number,
  first: number,
  changes: readonly NewDelivery[],
): Promise<void> {
  const rows = changes.map(({ key, ...change }, i) => {
    const digest = change.kind === 'put' ? change.digest : null;
    return { queued: change.kind === 'queue', row: [stream, key.ref, key.identity, digest, 0, first + i] };
  });
  const given = rows.filter(({ queued }) => !queued).map(({ row }) => row);
  const waiting = rows.filter(({ queued }) => queued).map(({ row }) => row.with(4, 1));
  await insertRows(db, 'insert into delivery', COLUMNS, given, PUT);
  await insertRows(db, 'insert into delivery', COLUMNS, waiting, QUEUE);
  await db
    .updateTable('delivery')
    .set({
      own_time: sql<number | null>`(select r.own_time from record_key as k join record as r on r.id = k.id
      where k.level in (0, 1, 2) and k.ref = delivery.ref and r.identity = delivery.identity)`,
    })
    .where('stream', '=', stream)
    .where('n', '>=', first)
    .execute();
}

/** When the record of that key says that it was published. */
function ownTime({ ref, identity }: { ref: unknown; identity: unknown }): RawBuilder<number | null> {
  return sql<number | null>`(
    select r.own_time from record_key as k join record as r on r.id = k.id
    where k.level in (0, 1, 2) and k.ref = ${ref} and r.identity = ${identity}
  )`;
}
