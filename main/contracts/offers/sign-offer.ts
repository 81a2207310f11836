import type { Offer } from '../../../protocol/contract/offer.ts';
import { canonicalDigest } from './canonical.ts';
import { OFFER_TYP, REVIEW_TYP } from './parse-offer.ts';
import { signDetached, verifiesDetached, type SigningKey } from './signature.ts';

/** An offer that is ready to be published: with its digest and the signature of its author. */
export async function signOffer<Draft extends Readonly<Record<string, unknown>>>(
  draft: Draft,
  key: SigningKey,
): Promise<Draft & { digest: string; sig: string }> {
  const digest = canonicalDigest(draft);
  return { ...draft, digest, sig: await signDetached(digest, OFFER_TYP, key) };
}

/** What a reviewer at `by` adds to `reviews`. */
export async function signReview(digest: string, by: string, key: SigningKey): Promise<{ by: string; sig: string }> {
  return { by, sig: await signDetached(digest, REVIEW_TYP, key) };
}

export interface ReviewCheck {
  readonly by: string;
  /** `unchecked`: the reviewer's keys could not be had. */
  readonly state: 'holds' | 'broken' | 'unchecked';
}

type Keys = readonly Readonly<Record<string, unknown>>[];

/** Whether the reviewers' signatures hold; `keysOf` gives a reviewer's public keys or null. */
export async function checkReviews(
  offer: Pick<Offer, 'digest' | 'reviews'>,
  keysOf: (by: string) => Promise<Keys | null>,
): Promise<ReviewCheck[]> {
  return Promise.all(
    offer.reviews.map(async ({ by, sig }): Promise<ReviewCheck> => {
      const keys = await keysOf(by).catch(() => null);
      if (keys === null) return { by, state: 'unchecked' };
      return { by, state: (await verifiesDetached(sig, offer.digest, REVIEW_TYP, keys)) ? 'holds' : 'broken' };
    }),
  );
}
