import { sql } from 'kysely';
import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { readOperation } from '../operation.ts';

export const usageReads = {
  /** What a contract's log says of one clause: requests since `hour`, rows and bytes since `day` (milliseconds UTC). */
  'gate.usage': readOperation(
    z.strictObject({ grant: GrantId, clause: z.string(), hour: z.int(), day: z.int() }),
    async ({ db }, { grant, clause, hour, day }): Promise<{ requests: number; rows: number; bytes: number }> => {
      // Requests over a rate are left out: they were never counted.
      const row = await db
        .selectFrom('access_log as l')
        .innerJoin('log_shape as s', 's.id', 'l.shape')
        .innerJoin('contract_grant as g', 'g.ref', 'l.grant_ref')
        .select([
          sql<number>`coalesce(sum(l.at >= ${hour}), 0)`.as('requests'),
          sql<number>`coalesce(sum(l.rows), 0)`.as('rows'),
          sql<number>`coalesce(sum(l.bytes), 0)`.as('bytes'),
        ])
        .where('g.id', '=', grant)
        .where('l.at', '>=', day)
        .where(sql`s.shape ->> 0`, '=', clause)
        .where((is) => is.or([is('l.reason', 'is', null), is('l.reason', '<>', 'rate_exceeded')]))
        .executeTakeFirstOrThrow();
      return row;
    },
  ),
};
