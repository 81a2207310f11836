import { canonicalDigest } from './canonical.ts';
import { OFFER_TYP } from './parse-offer.ts';
import { signDetached, type SigningKey } from './signature.ts';

/** An offer that is ready to be published: with its digest and the signature of its author. */
export async function signOffer<Draft extends Readonly<Record<string, unknown>>>(
  draft: Draft,
  key: SigningKey,
): Promise<Draft & { digest: string; sig: string }> {
  const digest = canonicalDigest(draft);
  return { ...draft, digest, sig: await signDetached(digest, OFFER_TYP, key) };
}
