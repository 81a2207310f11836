import type { Bundle } from '../../../protocol/contract/grant.ts';
import { canonicalHash, canonicalJson } from '../offers/canonical.ts';
import { signText, type SigningKey } from '../offers/signature.ts';

export const BUNDLE_TYP = 'locker-bundle+jws';

/**
 * Digest of every part of a bundle, by a name that a person can find the part by. The chains inside a grant name what was
 * altered in them; this covers the rest: what they leave out, and that nothing was taken away at the end.
 */
export function bundleParts(bundle: Omit<Bundle, 'sig'>): Map<string, string> {
  const parts = new Map<string, string>([
    ['format', canonicalHash(bundle.format)],
    ['made', canonicalHash(bundle.made)],
    ['jwks', canonicalHash(bundle.jwks)],
    ['grants', canonicalHash(bundle.grants.map(({ grant_id }) => grant_id))],
  ]);
  for (const { grant_id, ...grant } of bundle.grants) {
    for (const [name, part] of Object.entries(grant))
      parts.set(`${name} of grant ${grant_id}`, canonicalHash(part ?? null));
  }
  return parts;
}

/** A bundle with the locker's signature over all of it; to be written as `JSON.stringify` writes it, on one line. */
export async function signBundle(bundle: Omit<Bundle, 'sig'>, key: SigningKey): Promise<Bundle> {
  const parts = Object.fromEntries(bundleParts(bundle));
  return { ...bundle, sig: await signText(canonicalJson(parts), BUNDLE_TYP, key) };
}
