import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { SigningKey } from '../offers/signature.ts';

/** DER of an Ed25519 private key in PKCS #8 (RFC 8410), up to the 32 bytes of the key itself. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The locker's own key: it signs receipts, bundles and notices. */
export interface LockerKey {
  readonly signing: SigningKey;
  /** The public half, as a JWK set. */
  readonly jwks: { readonly keys: Record<string, unknown>[] };
}

/** The Ed25519 key of a 32-byte seed; its name is its thumbprint (RFC 7638). */
export function lockerKey(seed: Uint8Array): LockerKey {
  const der = Buffer.concat([PKCS8_HEAD, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const { crv, kty, x } = createPublicKey(key).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { signing: { key, alg: 'EdDSA', kid }, jwks: { keys: [{ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }] } };
}
