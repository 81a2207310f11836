import { z } from 'zod';
import { Clause } from '../../../protocol/contract/clause.ts';
import { GrantEvent, GrantId, Receipt, type SignedReceipt } from '../../../protocol/contract/grant.ts';
import { readOperation } from '../operation.ts';
import { readGrants, refOf, type KeptGrant } from './kept-grant.ts';

/** Effective clauses of a contract, from `at` on until the next. */
export interface KeptRevision {
  readonly revision: number;
  readonly at: number;
  readonly event: GrantEvent;
  readonly clauses: Clause[];
}

export const grantReads = {
  /** All of a service, or of all services; the newest first. */
  'contracts.grants': readOperation(
    z.strictObject({ service: z.string().max(40).optional(), live: z.boolean() }),
    async ({ db }, choice): Promise<KeptGrant[]> => readGrants(db, choice),
  ),
  /** One, or null. */
  'contracts.grant': readOperation(z.strictObject({ grant: GrantId }), async ({ db }, { grant }) => {
    const [found] = await readGrants(db, { ids: [grant] });
    return found ?? null;
  }),
  /** All revisions, the first first. */
  'contracts.revisions': readOperation(
    z.strictObject({ grant: GrantId }),
    async ({ db }, { grant }): Promise<KeptRevision[]> => {
      const rows = await db
        .selectFrom('grant_revision')
        .select(['revision', 'at', 'event', 'clauses'])
        .where('grant_ref', '=', (await refOf(db, grant)) ?? 0)
        .orderBy('revision')
        .execute();
      return rows.map(({ revision, at, event, clauses }) => ({
        revision,
        at,
        event: GrantEvent.parse(event),
        clauses: Clause.array().parse(JSON.parse(clauses)),
      }));
    },
  ),
  /** Receipts after a number, the oldest first; without `dayClosings` those that close a day are left out. */
  'contracts.receipts': readOperation(
    z.strictObject({
      grant: GrantId,
      after: z.int().min(0),
      limit: z.int().min(1).max(1000),
      dayClosings: z.boolean(),
    }),
    async ({ db }, { grant, after, limit, dayClosings }): Promise<SignedReceipt[]> => {
      let query = db
        .selectFrom('receipt')
        .select(['document', 'jws'])
        .where('grant_ref', '=', (await refOf(db, grant)) ?? 0)
        .where('number', '>', after);
      if (!dayClosings) query = query.where('event', '<>', 'day closed');
      const rows = await query.orderBy('number').limit(limit).execute();
      return rows.map(({ document, jws }) => ({ receipt: Receipt.parse(JSON.parse(document)), jws }));
    },
  ),
};
