import type { Adapter } from 'oidc-provider';
import { LockerError } from '../../../protocol/errors.ts';
import { CLAUSE_TYPE } from '../../../protocol/contract/clause.ts';
import type { Approvals, KnownClient } from '../../contracts/index.ts';
import { errors, Provider } from './library.ts';
import { refusing } from './refusals.ts';

/** Loopback literals only: a name could be bound to another address. */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:\/[^#]*)?$/;
const HTTPS = /^https:\/\/[^\s/?#@]+(?:\/[^#]*)?(?:\?[^#]*)?$/;
/** More clients than one locker deals with; the oldest makes room. */
const MAX_ORIGINS = 1000;

/** Web origins that a client may call from: those of its address and of the places the browser is sent back to. */
export function originsOf({ clientId, metadata }: Pick<KnownClient, 'clientId' | 'metadata'>): ReadonlySet<string> {
  return new Set([clientId, ...metadata.redirect_uris].flatMap((uri) => URL.parse(uri)?.origin ?? []));
}

/** What the OAuth library is told of a client; everything that a contract needs is set here, not taken from the document. */
function metadataOf({ clientId, kind, metadata }: KnownClient): Record<string, unknown> {
  const places = kind === 'local' ? LOOPBACK : HTTPS;
  if (!metadata.redirect_uris.every((uri) => places.test(uri))) {
    throw new LockerError('client_invalid', { detail: 'redirect_uris' });
  }
  const method = metadata.token_endpoint_auth_method;
  return {
    client_id: clientId,
    client_name: metadata.client_name,
    redirect_uris: metadata.redirect_uris,
    // Native: the port of a loopback address is free (RFC 8252, 7.3).
    application_type: kind === 'local' ? 'native' : 'web',
    token_endpoint_auth_method: method,
    ...(method === 'none' ? {} : { jwks: metadata.jwks }),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    authorization_details_types: [CLAUSE_TYPE],
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  };
}

export interface Clients {
  /** What the OAuth library asks for clients. */
  readonly adapter: Adapter;
  /** Whether the client's own pages are at this origin. */
  ownsOrigin(clientId: string, origin: string): Promise<boolean>;
}

/** Clients by the contracts room: it fetches and checks their documents. */
export function createClients(approvals: Pick<Approvals, 'client'>): Clients {
  const origins = new Map<string, ReadonlySet<string>>();

  async function known(clientId: string): Promise<KnownClient | null> {
    const client = await approvals.client(clientId);
    if (client === null) return null;
    origins.delete(clientId);
    origins.set(clientId, originsOf(client));
    const [oldest] = origins.keys();
    if (origins.size > MAX_ORIGINS && oldest !== undefined) origins.delete(oldest);
    return client;
  }

  async function find(clientId: string): Promise<Record<string, unknown> | undefined> {
    const client = await known(clientId);
    if (client === null) return undefined;
    const origin = Provider.ctx?.get('Origin') ?? '';
    if (origin !== '' && !originsOf(client).has(origin)) throw new LockerError('bad_origin');
    return metadataOf(client);
  }

  const none = async (): Promise<undefined> => undefined;
  return {
    adapter: {
      find: (clientId) => refusing(() => find(clientId)),
      upsert: () => Promise.reject(new errors.InvalidRequest('clients are not registered here')),
      findByUid: none,
      findByUserCode: none,
      consume: none,
      destroy: none,
      revokeByGrantId: none,
    },
    async ownsOrigin(clientId, origin) {
      const kept = origins.get(clientId);
      if (kept !== undefined) return kept.has(origin);
      const client = await known(clientId);
      return client !== null && originsOf(client).has(origin);
    },
  };
}
