/**
 * Asking for a contract, by OAuth 2.0: a pushed request (PAR) with PKCE and DPoP, the browser's visit to the locker, and
 * tokens. Runs in the page and in the program alike.
 */
import * as oauth from 'oauth4webapi';

/** Lockers on this computer speak http; everything else must be https. */
const OPTIONS = { [oauth.allowInsecureRequests]: true } as const;

/** Where the service and its locker are. */
export interface Place {
  readonly locker: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Digest of the offer that this is about. */
  readonly offer: string;
  readonly clauses: readonly { readonly clause_id: string }[];
}

/** What must be remembered while the owner decides. The private key cannot be exported. */
export interface Asked {
  readonly state: string;
  readonly verifier: string;
  readonly keys: CryptoKeyPair;
}

export interface Tokens {
  readonly grantId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly keys: CryptoKeyPair;
}

/** The contract is over, or the tokens were lost: the only way on is to ask again. */
export class ContractOver extends Error {}

async function serverOf({ locker }: Place): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(locker);
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...OPTIONS });
  return oauth.processDiscoveryResponse(issuer, response);
}

/** The locker wants proofs to hold a nonce of its own: the first try learns it, the second uses it. */
async function withNonce<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (oauth.isDPoPNonceError(error)) return step();
    throw error;
  }
}

/** Asks for the clauses. @returns where the browser must go, and what to keep until it comes back */
export async function ask(place: Place): Promise<{ address: string; asked: Asked }> {
  const server = await serverOf(place);
  const client: oauth.Client = { client_id: place.clientId };
  const keys = await oauth.generateKeyPair('ES256');
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const DPoP = oauth.DPoP(client, keys);
  const parameters = {
    response_type: 'code',
    redirect_uri: place.redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    locker_offer: place.offer,
    authorization_details: JSON.stringify(place.clauses),
  };
  const pushed = await withNonce(async () => {
    const options = { DPoP, ...OPTIONS };
    const response = await oauth.pushedAuthorizationRequest(server, client, oauth.None(), parameters, options);
    return oauth.processPushedAuthorizationResponse(server, client, response);
  });
  const address = new URL(server.authorization_endpoint ?? '');
  address.searchParams.set('client_id', place.clientId);
  address.searchParams.set('request_uri', pushed.request_uri);
  return { address: address.href, asked: { state, verifier, keys } };
}

/** The browser came back: `back` is the address with the code. Throws `oauth.AuthorizationResponseError` if denied. */
export async function finish(place: Place, asked: Asked, back: URL): Promise<Tokens> {
  const server = await serverOf(place);
  const client: oauth.Client = { client_id: place.clientId };
  const callback = oauth.validateAuthResponse(server, client, back, asked.state);
  const DPoP = oauth.DPoP(client, asked.keys);
  const answer = await withNonce(async () => {
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      callback,
      place.redirectUri,
      asked.verifier,
      { DPoP, ...OPTIONS },
    );
    return oauth.processAuthorizationCodeResponse(server, client, response);
  });
  return tokensFrom(answer, asked.keys);
}

/** New tokens for old ones; each refresh token works once. Throws `ContractOver`. */
export async function refresh(place: Place, { refreshToken, keys }: Tokens): Promise<Tokens> {
  const server = await serverOf(place);
  const client: oauth.Client = { client_id: place.clientId };
  const DPoP = oauth.DPoP(client, keys);
  try {
    const answer = await withNonce(async () => {
      const options = { DPoP, ...OPTIONS };
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
      return oauth.processRefreshTokenResponse(server, client, response);
    });
    return tokensFrom(answer, keys);
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') throw new ContractOver();
    throw error;
  }
}

function tokensFrom(answer: oauth.TokenEndpointResponse, keys: CryptoKeyPair): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, grant_id: grantId } = answer;
  if (refreshToken === undefined || typeof grantId !== 'string') throw new Error('the locker left out a token');
  return { grantId, accessToken, refreshToken, keys };
}
