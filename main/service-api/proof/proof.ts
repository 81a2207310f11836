import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify, type CryptoKey } from 'jose';
import { z } from 'zod';
import type { Nonces } from './nonces.ts';
import type { Replays } from './replays.ts';

const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519'];
/** How far the clock of a service may be off; what a nonce allows is narrower. */
const CLOCK_SECONDS = 300;
/** Keys that are in use at the same time. */
const MAX_KEYS = 500;
const MAX_PROOF = 4096;

/** Public members only (RFC 9449, 4.2). */
const PublicJwk = z.union([
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), d: z.never().optional() }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.never().optional() }),
]);
const Header = z.object({ typ: z.literal('dpop+jwt'), alg: z.enum(ALGORITHMS), jwk: PublicJwk });
const Claims = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string().max(4096),
  iat: z.number(),
  ath: z.string(),
  nonce: z.string().max(200).optional(),
});

export type Proved =
  | { readonly kind: 'proved'; readonly nonceIsOld: boolean }
  /** `reason` names the part that did not hold, for the service's developer. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'needs nonce' }
  | { readonly kind: 'full' };

interface Key {
  readonly key: CryptoKey | Uint8Array;
  readonly thumbprint: string;
}

/** Verifies proofs of possession of data requests (RFC 9449, 4.3 and 7). */
export interface Proofs {
  /** @param jkt thumbprint of the key that the token is bound to */
  check(request: IncomingMessage, token: string, jkt: string): Promise<Proved>;
}

export interface ProofOptions {
  /** Scheme, host and port under which services know this locker. */
  readonly issuer: string;
  readonly nonces: Nonces;
  readonly replays: Replays;
  /** Milliseconds. */
  readonly now: () => number;
}

function same(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

function withoutQuery(address: string): string | null {
  const url = URL.parse(address);
  if (url === null) return null;
  url.search = '';
  url.hash = '';
  return url.href;
}

function proofOf(request: IncomingMessage): string | null {
  const proofs = request.headersDistinct['dpop'] ?? [];
  const [proof] = proofs;
  return proofs.length === 1 && proof !== undefined && proof.length <= MAX_PROOF ? proof : null;
}

function headerOf(proof: string): z.infer<typeof Header> | null {
  try {
    return Header.safeParse(decodeProtectedHeader(proof)).data ?? null;
  } catch {
    return null;
  }
}

export function createProofs({ issuer, nonces, replays, now }: ProofOptions): Proofs {
  const keys = new Map<string, Key>();

  async function keyOf({ alg, jwk }: z.infer<typeof Header>): Promise<Key> {
    const { kty, crv, x } = jwk;
    const members = kty === 'EC' ? { kty, crv, x, y: jwk.y } : { kty, crv, x };
    const name = `${alg} ${JSON.stringify(members)}`;
    const kept = keys.get(name);
    if (kept !== undefined) return kept;
    const made = { key: await importJWK(members, alg), thumbprint: await calculateJwkThumbprint(members) };
    const [oldest] = keys.keys();
    if (keys.size >= MAX_KEYS && oldest !== undefined) keys.delete(oldest);
    keys.set(name, made);
    return made;
  }

  async function claimsOf(proof: string, key: Key): Promise<z.infer<typeof Claims> | null> {
    try {
      const { payload } = await jwtVerify(proof, key.key, {
        algorithms: ALGORITHMS,
        typ: 'dpop+jwt',
        currentDate: new Date(now()),
      });
      return Claims.safeParse(payload).data ?? null;
    } catch {
      return null;
    }
  }

  return {
    async check(request, token, jkt) {
      const proof = proofOf(request);
      const header = proof === null ? null : headerOf(proof);
      if (proof === null || header === null) return { kind: 'refused', reason: 'proof' };
      const key = await keyOf(header).catch(() => null);
      if (key === null) return { kind: 'refused', reason: 'jwk' };
      // The cheap comparison first: a signature by another key proves nothing here.
      if (!same(key.thumbprint, jkt)) return { kind: 'refused', reason: 'key' };
      const claims = await claimsOf(proof, key);
      if (claims === null) return { kind: 'refused', reason: 'proof' };
      if (claims.htm !== request.method) return { kind: 'refused', reason: 'htm' };
      if (withoutQuery(claims.htu) !== withoutQuery(issuer + (request.url ?? ''))) {
        return { kind: 'refused', reason: 'htu' };
      }
      if (!same(claims.ath, hash('sha256', token, 'base64url'))) return { kind: 'refused', reason: 'ath' };
      if (Math.abs(claims.iat - now() / 1000) > CLOCK_SECONDS) return { kind: 'refused', reason: 'iat' };
      const step = claims.nonce === undefined ? null : nonces.stepOf(claims.nonce);
      if (step === null) return { kind: 'needs nonce' };
      const taken = replays.take(step, nonces.oldest(), jkt, claims.jti);
      if (taken === 'full') return { kind: 'full' };
      if (taken === 'seen') return { kind: 'refused', reason: 'jti' };
      return { kind: 'proved', nonceIsOld: claims.nonce !== nonces.current() };
    },
  };
}
