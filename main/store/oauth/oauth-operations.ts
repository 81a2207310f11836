import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { revokeContract } from './revoke-contract.ts';

/** SHA-256 of kind and id, base64url. */
const Key = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .transform((text) => Buffer.from(text, 'base64url'));
const Kind = z.string().min(1).max(40);
const Family = z.string().min(1).max(80);
const Time = z.int().min(0);
/** Families whose last code or token is gone keep their own row for this long, as an approval has none at first. */
const EMPTY_FAMILY_MS = 60 * 60_000;

const State = z.strictObject({
  key: Key,
  kind: Kind,
  family: Family.nullable(),
  contract: GrantId.nullable(),
  payload: z.string().max(200_000),
  expires: Time,
});

export interface KeptState {
  readonly payload: string;
  readonly consumed: number | null;
  readonly contract: string | null;
  readonly expires: number;
}

export const oauthReads = {
  /** What is kept under a key and has not expired, or null. */
  'oauth.find': readOperation(
    z.strictObject({ key: Key, now: Time }),
    async ({ db }, { key, now }): Promise<KeptState | null> => {
      const row = await db
        .selectFrom('oauth_state')
        .select(['payload', 'consumed', 'contract', 'expires'])
        .where('key', '=', key)
        .where('expires', '>', now)
        .executeTakeFirst();
      return row ?? null;
    },
  ),
};

export const oauthWrites = {
  /** Keeps or replaces a state; what was consumed stays consumed. */
  'oauth.put': writeOperation(State, async ({ db }, { key, kind, family, contract, payload, expires }) => {
    await db
      .insertInto('oauth_state')
      .values({ key, kind, family, contract, payload, consumed: null, expires })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ family, contract, payload, expires }))
      .execute();
  }),
  /** Marks as used; `first` is false where it was used before or is gone, whoever asks at the same time. */
  'oauth.consume': writeOperation(z.strictObject({ key: Key, at: Time }), async ({ db }, { key, at }) => {
    const result = await db
      .updateTable('oauth_state')
      .set({ consumed: at })
      .where('key', '=', key)
      .where('consumed', 'is', null)
      .executeTakeFirst();
    return { first: result.numUpdatedRows === 1n };
  }),
  'oauth.drop': writeOperation(z.strictObject({ key: Key }), async ({ db }, { key }) => {
    await db.deleteFrom('oauth_state').where('key', '=', key).execute();
  }),
  /** Ends what of one kind stems from one approval. */
  'oauth.dropFamily': writeOperation(
    z.strictObject({ family: Family, kind: Kind }),
    async ({ db }, { family, kind }) => {
      await db.deleteFrom('oauth_state').where('family', '=', family).where('kind', '=', kind).execute();
    },
  ),
  /** Ends every code and token of a contract. */
  'oauth.revokeGrant': writeOperation(z.strictObject({ grantId: GrantId }), async ({ db }, { grantId }) => {
    await revokeContract(db, grantId);
  }),
  /** Removes what has expired, and approvals that no code or token stems from any more. */
  'oauth.sweep': writeOperation(z.strictObject({ now: Time, approvals: Kind }), async ({ db }, { now, approvals }) => {
    const expired = await db.deleteFrom('oauth_state').where('expires', '<=', now).executeTakeFirst();
    const childless = await db
      .deleteFrom('oauth_state')
      .where('kind', '=', approvals)
      .where((row) =>
        row(row.fn<number>('json_extract', ['payload', row.val('$.iat')]), '<', (now - EMPTY_FAMILY_MS) / 1000),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('oauth_state as child')
              .select('child.key')
              .whereRef('child.family', '=', 'oauth_state.family')
              .where('child.kind', '!=', approvals),
          ),
        ),
      )
      .executeTakeFirst();
    return { removed: Number(expired.numDeletedRows + childless.numDeletedRows) };
  }),
};
