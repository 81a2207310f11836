import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Configuration,
  interactionPolicy as policy,
  KoaContextWithOIDC,
  Provider as ProviderType,
  RichAuthorizationRequestsActiveConfiguration,
} from 'oidc-provider';
import { z } from 'zod';
import { CLAUSE_TYPE } from '../../../protocol/contract/clause.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Approvals } from '../../contracts/index.ts';
import type { Clients } from './clients.ts';
import { noSessions, replayMemory } from './forgotten.ts';
import { contractOf, keptAdapter, type OauthStore } from './kept.ts';
import { errors, interactionPolicy, Provider } from './library.ts';
import { OAUTH_PATHS, waitingPath } from './paths.ts';
import { refusing } from './refusals.ts';
import { checkClause, extraParameters } from './request.ts';

/** The library wants someone who agreed; in a locker that is always its owner. */
export const OWNER = 'owner';

const MINUTE = 60;
const TTL = {
  AccessToken: 10 * MINUTE,
  AuthorizationCode: MINUTE,
  RefreshToken: 14 * 24 * 60 * MINUTE,
  // The owner has ten minutes, the tab one more to take the answer.
  Interaction: 11 * MINUTE,
  Session: 11 * MINUTE,
  // An approval lasts as long as tokens stem from it; the sweep removes those that none do.
  Grant: 3650 * 24 * 60 * MINUTE,
};
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519'] as const;
/** Client assertions are remembered, so they must not be valid for long. */
const LONGEST_ASSERTION = 5 * MINUTE;

export interface ProviderOptions {
  readonly issuer: string;
  readonly approvals: Approvals;
  readonly clients: Clients;
  readonly store: OauthStore;
  readonly now: () => number;
  /** Tells this locker's cookies from those of another: browsers send cookies of one port to all ports. */
  readonly cookieTag: string;
  readonly renderError: (ctx: KoaContextWithOIDC, title: string, text: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Nothing is ever signed with it: there are no ID tokens and no structured access tokens. */
function unusedKey(): Record<string, unknown> {
  return { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), alg: 'EdDSA', use: 'sig' };
}

/** The one prompt: the owner's decision, made in the locker and never in the page. */
function ownerDecides(): policy.Prompt[] {
  const { Check, Prompt } = interactionPolicy;
  const check = new Check('owner_decides', 'the owner decides in the locker', 'interaction_required', (ctx) =>
    ctx.oidc.result?.consent?.grantId === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  );
  return [new Prompt({ name: 'consent', requestable: true }, check)];
}

function richRequests(approvals: Approvals): RichAuthorizationRequestsActiveConfiguration {
  return {
    enabled: true,
    types: { [CLAUSE_TYPE]: { validate: checkClause } },
    // The grant is read anew for each token, so nothing of it is kept beside the code.
    authorizationDetailsForGrantSource: () => [{ type: CLAUSE_TYPE }],
    authorizationDetailsForAccessToken: async (_ctx, _token, source) => {
      const grant = source?.grantId === undefined ? null : await approvals.grant(contractOf(source.grantId));
      if (grant === null) throw new errors.InvalidGrant({ detail: 'the contract is over' });
      return grant.authorization_details;
    },
    authorizationDetailsForIntrospection: () => undefined,
  };
}

function features(options: ProviderOptions): NonNullable<Configuration['features']> {
  const { issuer } = options;
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    richAuthorizationRequests: richRequests(options.approvals),
    resourceIndicators: {
      enabled: true,
      defaultResource: () => issuer,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (resource !== issuer) throw new errors.InvalidTarget();
        return { scope: '', audience: issuer, accessTokenFormat: 'opaque', accessTokenTTL: TTL.AccessToken };
      },
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
  };
}

function configuration(options: ProviderOptions): Configuration {
  const { approvals, clients, store, now, cookieTag } = options;
  const sessions = noSessions();
  const replays = replayMemory(now);
  const cookie = { httpOnly: true, sameSite: 'lax', path: OAUTH_PATHS.authorization, signed: true } as const;
  return {
    adapter: (kind) => {
      if (kind === 'Client') return clients.adapter;
      if (kind === 'Session') return sessions;
      return kind === 'ReplayDetection' ? replays : keptAdapter(kind, store, now);
    },
    clientAuthMethods: ['private_key_jwt', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'EdDSA' },
    enabledJWA: {
      clientAuthSigningAlgValues: [...ALGORITHMS],
      dPoPSigningAlgValues: [...ALGORITHMS],
      idTokenSigningAlgValues: ['EdDSA'],
    },
    jwks: { keys: [unusedKey()] },
    scopes: [],
    claims: {},
    responseTypes: ['code'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: {
      names: {
        session: `locker-${cookieTag}-session`,
        interaction: `locker-${cookieTag}-waiting`,
        resume: `locker-${cookieTag}-resume`,
      },
      long: cookie,
      short: { httpOnly: true, sameSite: 'lax', signed: true },
      keys: [randomBytes(32).toString('base64url')],
    },
    routes: { ...OAUTH_PATHS },
    ttl: TTL,
    features: features(options),
    extraParams: extraParameters(approvals),
    interactions: {
      policy: ownerDecides(),
      url: (_ctx, { uid }) => waitingPath(uid),
    },
    findAccount: async (_ctx, accountId, token) => {
      const family = token !== undefined && 'grantId' in token ? token.grantId : undefined;
      if (family !== undefined && (await approvals.grant(contractOf(family))) === null) return undefined;
      return { accountId, claims: () => ({ sub: accountId }) };
    },
    loadExistingGrant: async (ctx) => {
      const id = ctx.oidc.result?.consent?.grantId;
      return id === undefined ? undefined : ctx.oidc.provider.Grant.find(id);
    },
    expiresWithSession: () => false,
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // A code or refresh token used twice ends its tokens; the contract is the owner's to end.
    revokeGrantPolicy: () => false,
    clientBasedCORS: () => false,
    fetch: () => Promise.reject(new LockerError('internal', { detail: 'the OAuth library fetches nothing' })),
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => {
      const { exp, aud } = claims;
      const soon = typeof exp === 'number' && exp * 1000 - now() <= LONGEST_ASSERTION * 1000;
      if (!soon || aud !== options.issuer) throw new errors.InvalidClientAuth({ detail: 'exp or aud' });
    },
    renderError: (ctx, out) => options.renderError(ctx, out.error, out.error_description ?? ''),
  };
}

/** What the library leaves on a request that it has answered; nothing where no route took it. */
const Done = z.custom<KoaContextWithOIDC['oidc'] | undefined>();

/** The library, set up so that nothing of OAuth is left that a contract does not need. */
export function createProvider(options: ProviderOptions): ProviderType {
  const provider = new Provider(options.issuer, configuration(options));
  // Addresses in answers and proofs are those of the issuer, whatever a proxy or client says.
  provider.proxy = true;
  provider.use(async (ctx, next) => {
    ctx.cookies.secure = options.issuer.startsWith('https:');
    await next();
    const oidc = Done.parse(ctx['oidc']);
    if (oidc?.route !== 'token' || ctx.status !== 200) return;
    const family = oidc.entities.Grant?.jti;
    if (family !== undefined) Object.assign(ctx.body ?? {}, { grant_id: contractOf(family) });
  });
  provider.on('server_error', (_ctx, error) => options.onFault(error));
  return provider;
}

/** Answers a request to one of `OAUTH_PATHS` or below the authorization path. */
export function oauthHandler(
  provider: ProviderType,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const callback = provider.callback();
  const { protocol, host } = new URL(provider.issuer);
  return async (request, response) => {
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    request.headers['x-forwarded-host'] = host;
    delete request.headers['x-forwarded-for'];
    await refusing(async () => callback(request, response));
  };
}
