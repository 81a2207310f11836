import {
  base64url,
  compactVerify,
  CompactSign,
  decodeProtectedHeader,
  type CryptoKey,
  type JWK,
  type KeyObject,
} from 'jose';
import { z } from 'zod';

/** What may sign: no algorithm with a shared secret, nothing older. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256'] as const;
const Header = z.strictObject({ alg: z.enum(ALGORITHMS), typ: z.string(), kid: z.string().max(200).optional() });

/** A key that signs, and the name that its public half has in a JWK set. */
export interface SigningKey {
  readonly key: CryptoKey | KeyObject | JWK;
  readonly alg: (typeof ALGORITHMS)[number];
  readonly kid?: string;
}

/** Compact JWS over `payload`; `typ` keeps signatures of one kind from being taken for another. */
export async function signText(payload: string, typ: string, { key, alg, kid }: SigningKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg, typ, ...(kid === undefined ? {} : { kid }) })
    .sign(key);
}

/** The same with the payload left out (RFC 7515, appendix F): who checks it has the payload already. */
export async function signDetached(payload: string, typ: string, key: SigningKey): Promise<string> {
  const [header = '', , signature = ''] = (await signText(payload, typ, key)).split('.');
  return `${header}..${signature}`;
}

/** The payload of a compact JWS that a key of `keys` signed; null: none of them did, or it is not in the one form. */
export async function verifiedText(
  jws: string,
  typ: string,
  keys: readonly Readonly<Record<string, unknown>>[],
): Promise<string | null> {
  const header = headerOf(jws);
  if (header === null || header.typ !== typ || !isCanonical(jws)) return null;
  for (const jwk of keys) {
    if (!mayVerify(jwk, header)) continue;
    const payload = await compactVerify(jws, jwk, { algorithms: [header.alg] }).then(
      (verified) => new TextDecoder().decode(verified.payload),
      () => null,
    );
    if (payload !== null) return payload;
  }
  return null;
}

/** True when `jws` is a detached signature of `payload` by a key of `keys`. */
export async function verifiesDetached(
  jws: string,
  payload: string,
  typ: string,
  keys: readonly Readonly<Record<string, unknown>>[],
): Promise<boolean> {
  const [header = '', middle, signature = '', ...rest] = jws.split('.');
  if (middle !== '' || rest.length > 0) return false;
  return (await verifiedText(`${header}.${base64url.encode(payload)}.${signature}`, typ, keys)) === payload;
}

function headerOf(jws: string): z.infer<typeof Header> | null {
  try {
    return Header.safeParse(decodeProtectedHeader(jws)).data ?? null;
  } catch {
    return null;
  }
}

/** Base64url has spare bits at its end: without this, another text could pass as the same signature. */
function isCanonical(jws: string): boolean {
  const parts = jws.split('.');
  return parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** A private key in a public set is known to everyone, so that it proves nothing. */
function mayVerify(jwk: Readonly<Record<string, unknown>>, { alg, kid }: z.infer<typeof Header>): boolean {
  if ('d' in jwk || jwk['use'] === 'enc' || (kid !== undefined && jwk['kid'] !== kid)) return false;
  return alg === 'ES256'
    ? jwk['kty'] === 'EC' && jwk['crv'] === 'P-256'
    : jwk['kty'] === 'OKP' && jwk['crv'] === 'Ed25519';
}
