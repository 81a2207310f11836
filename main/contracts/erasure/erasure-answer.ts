import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Store } from '../../store/index.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import { verifiedText } from '../offers/signature.ts';

export const ERASURE_TYP = 'locker-erasure+jws';

/** What a service signs when it has erased: which contract, when, and what it keeps, if anything, and why. */
export const ErasureAnswer = z.strictObject({
  grant_id: GrantId,
  erased_at: z.iso.datetime({ offset: false, local: false }),
  /** What the law makes it keep, in its words; empty: nothing. */
  kept: z.string().max(2000).default(''),
});

/**
 * Keeps a service's answer to the demand to erase: a compact JWS by one of its keys over an `ErasureAnswer`.
 *
 * @throws LockerError `grant_not_found` where nothing was demanded, `record_invalid` where the signature or form is wrong
 */
export async function keepErasureAnswer(
  { store, book, now }: { store: Pick<Store, 'read' | 'write'>; book: Pick<GrantBook, 'get'>; now: () => number },
  clientId: string,
  grantId: string,
  jws: string,
): Promise<void> {
  const grant = await book.get(grantId);
  if (grant === null || grant.clientId !== clientId) throw new LockerError('grant_not_found');
  const service = await store.read('contracts.service', { id: grant.service });
  const offer = await store.read('contracts.offer', { digest: grant.offer.digest });
  // Keys may have been changed since the offer was signed.
  const keys = [...(service?.metadata.jwks.keys ?? []), ...keysOf(offer?.jwks)];
  const payload = await verifiedText(jws, ERASURE_TYP, keys);
  if (payload === null) throw new LockerError('record_invalid', { detail: 'the signature does not hold' });
  const answer = parsed(payload);
  if (answer?.grant_id !== grantId) throw new LockerError('record_invalid', { detail: 'not of this contract' });
  await store.write('contracts.erasureAnswered', { grant: grantId, at: now(), answer: jws });
}

function keysOf(jwks: unknown): Record<string, unknown>[] {
  return z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).safeParse(jwks).data?.keys ?? [];
}

function parsed(payload: string): z.infer<typeof ErasureAnswer> | undefined {
  try {
    return ErasureAnswer.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}
