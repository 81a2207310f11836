import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type { Approvals } from '../../contracts/index.ts';
import type { KeptState } from '../../store/index.ts';
import type { Clients } from '../oauth/clients.ts';
import { keyOf, TokenPayload, type OauthStore } from '../oauth/kept.ts';
import type { Proofs } from './proof.ts';

/** Who a data request comes from. */
export interface Authenticated {
  readonly grantId: string;
  readonly clientId: string;
  /** The proof's nonce is still taken, but a newer one is to be told. */
  readonly nonceIsOld: boolean;
}

/** Why a request is not taken: `challenge` is the `error` of RFC 6750 and 9449. */
export class Unauthenticated extends LockerError {
  readonly challenge: 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce' | null;

  constructor(
    code: 'token_invalid' | 'proof_invalid' | 'grant_over',
    challenge: Unauthenticated['challenge'],
    detail?: string,
  ) {
    super(code, detail === undefined ? {} : { detail });
    this.challenge = challenge;
  }
}

export interface AuthenticateOptions {
  readonly approvals: Approvals;
  readonly clients: Clients;
  readonly store: OauthStore;
  readonly proofs: Proofs;
  readonly now: () => number;
}

/**
 * Finds out whose request this is: the token is looked up and the grant read on every request (CONTRACTS.md).
 *
 * @throws Unauthenticated; LockerError `bad_origin`, `too_many_attempts`
 */
export type Authenticate = (request: IncomingMessage) => Promise<Authenticated>;

/** The same object is the same state: the store holds one from one change to the next. */
const payloads = new WeakMap<KeptState, z.infer<typeof TokenPayload> | null>();

function payloadOf(kept: KeptState): z.infer<typeof TokenPayload> | null {
  const known = payloads.get(kept);
  if (known !== undefined) return known;
  const read = TokenPayload.safeParse(JSON.parse(kept.payload)).data ?? null;
  payloads.set(kept, read);
  return read;
}

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { approvals, clients, store, proofs, now } = options;

  function refuse(clientId: string | null, error: Unauthenticated): Unauthenticated {
    approvals.badToken(clientId, error.detail ?? error.code);
    return error;
  }

  async function requireProof(
    request: IncomingMessage,
    token: string,
    jkt: string,
    clientId: string,
  ): Promise<boolean> {
    const proved = await proofs.check(request, token, jkt);
    switch (proved.kind) {
      case 'proved':
        return proved.nonceIsOld;
      case 'refused':
        throw refuse(clientId, new Unauthenticated('proof_invalid', 'invalid_dpop_proof', proved.reason));
      case 'needs nonce':
        // Part of an honest exchange, so not counted against the service.
        throw new Unauthenticated('proof_invalid', 'use_dpop_nonce', 'nonce');
      case 'full':
        throw new LockerError('too_many_attempts', { detail: '60 s' });
    }
  }

  return async (request) => {
    const given = request.headersDistinct['authorization'] ?? [];
    const [, token] = given.length === 1 ? (/^DPoP ([A-Za-z0-9_-]{43})$/i.exec(given[0] ?? '') ?? []) : [];
    if (token === undefined) {
      throw refuse(null, new Unauthenticated('token_invalid', given.length === 0 ? null : 'invalid_token'));
    }
    // What is past its time is not found.
    const kept = await store.read('oauth.find', { key: keyOf('AccessToken', token), now: now() });
    const payload = kept === null ? null : payloadOf(kept);
    if (kept === null || kept.contract === null || payload === null) {
      throw refuse(null, new Unauthenticated('token_invalid', 'invalid_token'));
    }
    const { clientId, jkt } = payload;
    const nonceIsOld = await requireProof(request, token, jkt, clientId);
    const origin = request.headers.origin;
    if (origin !== undefined && !(await clients.ownsOrigin(clientId, origin))) throw new LockerError('bad_origin');
    const grant = await approvals.grant(kept.contract);
    if (grant === null || grant.client_id !== clientId) throw new Unauthenticated('grant_over', 'invalid_token');
    approvals.goodToken(clientId);
    return { grantId: kept.contract, clientId, nonceIsOld };
  };
}
