import { createHash, KeyObject, sign } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import type { CryptoKey, JWK, KeyObject as JoseKeyObject } from 'jose';
import { LockerError } from '../../../protocol/errors.ts';

/** What the signature covers: who is asked for what, and the body by its digest. */
const COVERED = ['@method', '@target-uri', 'content-type', 'content-digest'];

export interface NoticeKey {
  /** Ed25519. */
  readonly key: CryptoKey | JoseKeyObject | JWK;
  /** Name of the public half in the locker's `jwks`. */
  readonly kid?: string;
}

/**
 * Headers of a notice: its digest (RFC 9530) and the locker's signature over it (RFC 9421, Ed25519, `tag="locker-notice"`).
 *
 * @param now UTC milliseconds
 */
export async function signNotice(
  notice: { readonly url: string; readonly body: string },
  key: NoticeKey,
  now: number,
): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'content-digest': contentDigest(notice.body) };
  const signed = await httpbis.signMessage(
    {
      key: {
        ...(key.kid === undefined ? {} : { id: key.kid }),
        alg: 'ed25519',
        sign: async (data) => sign(null, data, privateKey(key)),
      },
      fields: COVERED,
      params: ['created', 'keyid', 'alg', 'tag'],
      paramValues: { created: new Date(now), tag: 'locker-notice' },
    },
    { method: 'POST', url: notice.url, headers: { ...headers } },
  );
  return Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** RFC 9530. */
export function contentDigest(body: string): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function privateKey({ key }: NoticeKey): KeyObject {
  if (key instanceof KeyObject) return key;
  throw new LockerError('internal');
}
