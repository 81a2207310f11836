import type { Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { OwnerPolicy } from '../../../protocol/contract/offer.ts';
import type { Json } from '../../../protocol/json.ts';
import type { Database } from '../database.ts';
import { readOperation } from '../operation.ts';

const POLICY = 'contracts.policy';
const ALL_PAUSED = 'contracts.allPaused';
/** Setting with the counter that tells an old copy of the store. */
export const EPOCH_SETTING = 'contracts.epoch';

/** What holds for all contracts. */
export interface Rules {
  readonly policy: OwnerPolicy;
  /** The owner has paused everything. */
  readonly allPaused: boolean;
  /** The counter that tells an old copy of the store; 0: none yet. */
  readonly epoch: number;
}

export const ruleReads = {
  'contracts.rules': readOperation(z.strictObject({}), async ({ db }): Promise<Rules> => {
    return {
      policy: OwnerPolicy.parse((await kept(db, POLICY)) ?? {}),
      allPaused: (await kept(db, ALL_PAUSED)) === true,
      epoch: z
        .int()
        .catch(0)
        .parse(await kept(db, EPOCH_SETTING)),
    };
  }),
};

/** Keeps what is given, inside the caller's transaction. */
export async function keepRules(
  db: Kysely<Database>,
  now: number,
  rules: { policy?: OwnerPolicy | undefined; allPaused?: boolean | undefined; epoch?: number | undefined },
): Promise<void> {
  const entries: [string, Json | undefined][] = [
    [POLICY, rules.policy],
    [ALL_PAUSED, rules.allPaused],
    [EPOCH_SETTING, rules.epoch],
  ];
  for (const [key, given] of entries) {
    if (given === undefined) continue;
    const row = { value: JSON.stringify(given), changed: now };
    await db
      .insertInto('setting')
      .values({ key, ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute();
  }
}

async function kept(db: ReadonlyKysely<Database>, key: string): Promise<unknown> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? null : JSON.parse(row.value);
}
