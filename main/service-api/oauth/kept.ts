import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Store } from '../../store/index.ts';
import { errors } from './library.ts';

/** Where OAuth's codes, tokens and requests are kept. */
export type OauthStore = Pick<Store, 'read' | 'write'>;

/** Kinds whose members stem from one approval. */
const FAMILY_KINDS: ReadonlySet<string> = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken']);

/** `Grant` of the OAuth library: one approval of a contract, named by the contract's grant and a part of its own. */
export function approvalId(contract: string, own: string): string {
  return `${contract}.${own}`;
}

/** The contract's grant that an approval, code or token belongs to. */
export function contractOf(approval: string): string {
  return approval.slice(0, 22);
}

/** Under which key something is kept: neither codes nor tokens are readable in the store. */
export function keyOf(kind: string, id: string): string {
  return hash('sha256', `${kind}:${id}`, 'base64url');
}

/** What of an access token matters for a data request. */
export const TokenPayload = z.object({
  clientId: z.string(),
  grantId: z.string(),
  jkt: z.string(),
});

const Payload = z.custom<AdapterPayload>((value) => typeof value === 'object' && value !== null);

function familyOf(kind: string, id: string, payload: AdapterPayload): string | null {
  if (kind === 'Grant') return id;
  return FAMILY_KINDS.has(kind) ? (payload.grantId ?? null) : null;
}

/** Without the id, which for tokens is the token, and without what is read anew for each use. */
function storedPayload(kind: string, payload: AdapterPayload): string {
  const left = kind === 'AccessToken' ? ['jti', 'rar'] : ['jti'];
  return JSON.stringify(Object.fromEntries(Object.entries(payload).filter(([name]) => !left.includes(name))));
}

/** One kind of the OAuth library's state, kept in the locker's store. */
export function keptAdapter(kind: string, store: OauthStore, now: () => number): Adapter {
  async function consume(id: string): Promise<void> {
    const { first } = await store.write('oauth.consume', { key: keyOf(kind, id), at: now() });
    if (first) return;
    // Two at the same time: the library has seen neither consumed, so the second is refused here as it would be there.
    const kept = await store.read('oauth.find', { key: keyOf(kind, id), now: now() });
    const family = kept === null ? undefined : Payload.parse(JSON.parse(kept.payload)).grantId;
    if (family !== undefined) await Promise.all([...FAMILY_KINDS].map((each) => dropFamily(each, family)));
    throw new errors.InvalidGrant({ detail: 'already used' });
  }

  async function dropFamily(each: string, family: string): Promise<void> {
    await store.write('oauth.dropFamily', { family, kind: each });
  }

  return {
    async upsert(id, payload, expiresIn) {
      const family = familyOf(kind, id, payload);
      await store.write('oauth.put', {
        key: keyOf(kind, id),
        kind,
        family,
        contract: family === null ? null : contractOf(family),
        payload: storedPayload(kind, payload),
        expires: now() + (expiresIn ?? 0) * 1000,
      });
    },
    async find(id) {
      const kept = await store.read('oauth.find', { key: keyOf(kind, id), now: now() });
      if (kept === null) return undefined;
      const payload = Payload.parse(JSON.parse(kept.payload));
      return { ...payload, jti: id, ...(kept.consumed === null ? {} : { consumed: Math.floor(kept.consumed / 1000) }) };
    },
    consume,
    async destroy(id) {
      await store.write('oauth.drop', { key: keyOf(kind, id) });
    },
    revokeByGrantId: (family) => dropFamily(kind, family),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  };
}
