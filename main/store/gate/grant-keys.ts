import { sql } from 'kysely';
import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { forgetPast } from '../gated/past.ts';
import { headSeq } from './head-seq.ts';

export const grantKeyReads = {
  /** The key of a contract's names; null: none was made yet. */
  'gate.key': readOperation(z.strictObject({ grant: GrantId }), async ({ db }, { grant }) => {
    const row = await db.selectFrom('grant_key').select('key').where('grant_id', '=', grant).executeTakeFirst();
    return row === undefined ? null : Uint8Array.from(row.key);
  }),
};

export const grantKeyWrites = {
  /** Keeps a key where there is none; gives the one that is kept. */
  'gate.makeKey': writeOperation(
    z.strictObject({ grant: GrantId, key: z.instanceof(Uint8Array) }),
    async ({ db }, { grant, key }) => {
      await db
        .insertInto('grant_key')
        .values({ grant_id: grant, key })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await db
        .selectFrom('grant_key')
        .select('key')
        .where('grant_id', '=', grant)
        .executeTakeFirstOrThrow();
      return Uint8Array.from(row.key);
    },
  ),
  /**
   * The latest change at the service's first aggregate of that day (UTC, counted since 1970): from now on the same, under
   * each contract of that service.
   */
  'gate.aggregateDay': writeOperation(
    z.strictObject({ grant: GrantId, day: z.int() }),
    async ({ db }, { grant, day }): Promise<number> => {
      await db.deleteFrom('aggregate_day').where('grant_id', '=', grant).where('day', '<', day).execute();
      const own = await sql<{ seq: number | null }>`
        select min(d.seq) as seq from aggregate_day d join contract_grant g on g.id = d.grant_id
        where d.day = ${day} and g.service = (select service from contract_grant where id = ${grant})`.execute(db);
      const row = { grant_id: grant, day, seq: own.rows[0]?.seq ?? (await headSeq(db)) };
      await db
        .insertInto('aggregate_day')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const kept = await db
        .selectFrom('aggregate_day')
        .select('seq')
        .where('grant_id', '=', grant)
        .where('day', '=', day)
        .executeTakeFirstOrThrow();
      return kept.seq;
    },
  ),
  /** Forgets days before this one, and how records were on them. */
  'gate.forgetDays': writeOperation(z.strictObject({ before: z.int() }), async ({ db }, { before }) => {
    await db.deleteFrom('aggregate_day').where('day', '<', before).execute();
    await forgetPast(db);
  }),
  /** Forgets everything that was kept for a contract that is over: no name of it means anything any more. */
  'gate.forget': writeOperation(z.strictObject({ grant: GrantId }), async ({ db }, { grant }) => {
    await db.deleteFrom('grant_key').where('grant_id', '=', grant).execute();
    await db.deleteFrom('aggregate_day').where('grant_id', '=', grant).execute();
    await db.deleteFrom('change_stream').where('grant_id', '=', grant).execute();
    await db.deleteFrom('idempotency').where('grant_id', '=', grant).execute();
  }),
};
