/** Signed notices of the locker (HTTP Message Signatures, RFC 9421): who can't prove to be the locker isn't believed. */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { compactVerify, createRemoteJWKSet, type JWK } from 'jose';

/** The signature must cover these, or an altered notice could carry it. */
const MUST_COVER = ['@method', '@target-uri', 'content-digest'];
const MOST_SECONDS = 300;

export interface Notice {
  readonly kind: string;
  readonly grant_id: string;
  /** A signed receipt of what happened. */
  readonly receipt?: string;
  /** By when to erase; null: no time was promised. */
  readonly by?: string | null;
}

export interface Incoming {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Reads notices of one locker. `keys` come from its `/oauth/jwks`. */
export function createNoticeReader(locker: string): (incoming: Incoming) => Promise<Notice | null> {
  const keysAddress = new URL('/oauth/jwks', locker);
  const receiptKeys = createRemoteJWKSet(keysAddress);

  async function keyNamed(kid: string | undefined): Promise<KeyObject | null> {
    const { keys }: { keys: JWK[] } = await (await fetch(keysAddress)).json();
    const found = keys.find((key) => key.kid === kid);
    return found === undefined ? null : createPublicKey({ key: { ...found }, format: 'jwk' });
  }

  async function isSigned({ url, headers, body }: Incoming): Promise<boolean> {
    const digest = createHash('sha256').update(body).digest('base64');
    if (headers['content-digest'] !== `sha-256=:${digest}:`) return false;
    const given: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) given[name] = value;
    const valid = await httpbis.verifyMessage(
      {
        all: true,
        requiredFields: MUST_COVER,
        requiredParams: ['created', 'keyid', 'tag'],
        maxAge: MOST_SECONDS,
        keyLookup: async ({ keyid, tag }) => {
          const key = tag === 'locker-notice' ? await keyNamed(keyid) : null;
          return key === null ? null : { algs: ['ed25519'], verify: async (data, sig) => verify(null, data, key, sig) };
        },
      },
      { method: 'POST', url, headers: given },
    );
    return valid === true;
  }

  return async (incoming) => {
    if (!(await isSigned(incoming).catch(() => false))) return null;
    const notice: Notice = JSON.parse(incoming.body);
    // Its own signature, by which either side can prove later what happened.
    if (notice.receipt !== undefined) await compactVerify(notice.receipt, receiptKeys, { algorithms: ['EdDSA'] });
    return notice;
  };
}
