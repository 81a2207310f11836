import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { refOf } from './kept-grant.ts';

const Time = z.int().min(0);

/** A demand that a service erases what it got. Times are milliseconds UTC. */
export interface KeptErasure {
  readonly grant: string;
  readonly service: string;
  readonly demanded: number;
  /** Null: the service stated none. */
  readonly deadline: number | null;
  readonly unreachable: boolean;
  readonly answered: number | null;
  readonly answer: string | null;
}

export const erasureReads = {
  /** Of one contract, or of all. */
  'contracts.erasures': readOperation(
    z.strictObject({ grant: GrantId.optional() }),
    async ({ db }, { grant }): Promise<KeptErasure[]> => {
      let query = db
        .selectFrom('erasure as e')
        .innerJoin('contract_grant as g', 'g.ref', 'e.grant_ref')
        .selectAll('e')
        .select(['g.id as grant', 'g.service']);
      if (grant !== undefined) query = query.where('g.id', '=', grant);
      const rows = await query.execute();
      return rows.map(({ grant_ref: _, unreachable, ...row }) => ({ ...row, unreachable: unreachable === 1 }));
    },
  ),
};

export const erasureWrites = {
  /** Keeps the service's signed answer; the first one stays. Throws grant_not_found where nothing was demanded. */
  'contracts.erasureAnswered': writeOperation(
    z.strictObject({ grant: GrantId, at: Time, answer: z.string().min(1).max(20_000) }),
    async ({ db }, { grant, at, answer }) => {
      const { numUpdatedRows } = await db
        .updateTable('erasure')
        .set((row) => ({
          answered: row.fn.coalesce('answered', row.val(at)),
          answer: row.fn.coalesce('answer', row.val(answer)),
        }))
        .where('grant_ref', '=', (await refOf(db, grant)) ?? 0)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new LockerError('grant_not_found');
    },
  ),
  /** Whether the service could be told. */
  'contracts.erasureReach': writeOperation(
    z.strictObject({ grant: GrantId, unreachable: z.boolean() }),
    async ({ db }, { grant, unreachable }) => {
      await db
        .updateTable('erasure')
        .set({ unreachable: unreachable ? 1 : 0 })
        .where('grant_ref', '=', (await refOf(db, grant)) ?? 0)
        .execute();
    },
  ),
};
