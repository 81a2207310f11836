import { z } from 'zod';
import { GrantId, type SignedReceipt } from '../../../protocol/contract/grant.ts';
import { readOperation, type Reader } from '../operation.ts';
import { erasureReads, type KeptErasure } from './erasure-operations.ts';
import { grantReads, type KeptRevision } from './grant-reads.ts';
import { refOf } from './kept-grant.ts';
import { logReads, type KeptDay } from './log-reads.ts';

const RECEIPTS_AT_ONCE = 1000;

/** A contract's chain of receipts and all that it speaks of but the single entries of the log. */
export interface KeptChain {
  readonly receipts: SignedReceipt[];
  readonly revisions: KeptRevision[];
  /** Days that a receipt closes, oldest first. */
  readonly days: KeptDay[];
  readonly erasure: KeptErasure | null;
  /** Digest of the offer that it stands on. */
  readonly offer: string;
  /** Number of the last entry in the log; 0: it is empty, or all of it is gone. */
  readonly lastEntry: number;
}

export const bundleReads = {
  /** One moment of a contract's chain, so that its parts fit together; null where there is no such contract. */
  'contracts.chain': readOperation(
    z.strictObject({ grant: GrantId }),
    async (reader, input): Promise<KeptChain | null> => {
      const grant = await grantReads['contracts.grant'].call(reader, input);
      if (grant === null) return null;
      const days = await logReads['contracts.days'].call(reader, { ...input, from: 0, to: Number.MAX_SAFE_INTEGER });
      const [erasure] = await erasureReads['contracts.erasures'].call(reader, input);
      return {
        receipts: await allReceipts(reader, input.grant),
        revisions: await grantReads['contracts.revisions'].call(reader, input),
        days: days.filter(({ receipt }) => receipt !== null),
        erasure: erasure ?? null,
        offer: grant.offer.digest,
        lastEntry: await lastEntry(reader, input.grant),
      };
    },
  ),
};

async function allReceipts(reader: Reader, grant: string): Promise<SignedReceipt[]> {
  const receipts: SignedReceipt[] = [];
  for (;;) {
    const query = { grant, after: receipts.length, limit: RECEIPTS_AT_ONCE, dayClosings: true };
    const more = await grantReads['contracts.receipts'].call(reader, query);
    receipts.push(...more);
    if (more.length < RECEIPTS_AT_ONCE) return receipts;
  }
}

async function lastEntry({ db }: Reader, grant: string): Promise<number> {
  const row = await db
    .selectFrom('access_log')
    .select('number')
    .where('grant_ref', '=', (await refOf(db, grant)) ?? 0)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}
