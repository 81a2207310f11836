import { hash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { z } from 'zod';
import type { ClientKind } from '../../../protocol/contract/offer.ts';
import type { KnownClient } from '../../contracts/index.ts';
import { Browser, type Visited } from './browser.ts';
import { CLAUSE } from './clause.ts';

interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function keyPair(alg: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: await exportJWK(publicKey) };
}

export interface ProofChanges {
  readonly htm?: string;
  readonly htu?: string;
  readonly ath?: string;
  readonly nonce?: string | undefined;
  readonly jti?: string;
  readonly iat?: number;
  readonly typ?: string;
  readonly key?: KeyPair;
}

const Decided = z.object({ next: z.string() });
const TokenReply = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  grant_id: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  authorization_details: z.array(z.unknown()),
});
export type Tokens = z.infer<typeof TokenReply>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export type Form = Readonly<Record<string, string | undefined>>;

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const body = z.record(z.string(), z.unknown()).parse(isJson ? JSON.parse(text) : { text });
  return { status: response.status, headers: response.headers, body };
}

/** The locker that a service of a test talks to, and its owner. */
export interface ServiceOwner {
  readonly issuer: string;
  /** Where its port is, when a proxy would stand in front of it. */
  readonly base?: string;
  /** The client is known from now on. */
  known(client: KnownClient): void;
  /** Says yes to the request that this page waits for. */
  allow(waiting: Visited): Promise<void>;
}

/** A service that says exactly what a test wants, also what no library would say. */
export interface TestService {
  readonly client: KnownClient;
  readonly dpop: KeyPair;
  /** Of its client document: it signs assertions and offers. */
  readonly clientKey: KeyPair;
  readonly verifier: string;
  readonly redirectUri: string;
  /** The nonce of the last answer. */
  nonce: string | undefined;
  newKey(): Promise<KeyPair>;
  proof(method: string, path: string, token: string | null, changes?: ProofChanges): Promise<string>;
  /** One POST of a form with proof and client authentication, as it is: nothing is tried again. */
  post(
    path: string,
    form: Form,
    changes?: ProofChanges & { readonly headers?: Record<string, string> },
  ): Promise<Reply>;
  /** A pushed request; a nonce that was asked for is used. */
  par(changes?: Form): Promise<Reply>;
  /** Everything up to the code: pushed request, waiting page, the owner's yes. */
  code(changes?: Form): Promise<URLSearchParams>;
  exchange(code: string, changes?: Form): Promise<Reply>;
  refresh(token: string, changes?: ProofChanges): Promise<Reply>;
  tokens(changes?: Form): Promise<Tokens>;
  get(
    path: string,
    token: string,
    changes?: ProofChanges & { readonly headers?: Record<string, string> },
  ): Promise<Reply>;
  send(method: string, path: string, token: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export async function testService(
  api: ServiceOwner,
  kind: ClientKind = 'remote',
  host = kind === 'local' ? '127.0.0.1:5555' : 'newcomer.example',
): Promise<TestService> {
  const clientKey = await keyPair('EdDSA');
  const dpop = await keyPair('ES256');
  const base = api.base ?? api.issuer;
  const origin = `${kind === 'local' ? 'http' : 'https'}://${host}`;
  const clientId = `${origin}/client.json`;
  const redirectUri = `${origin}/back`;
  const method = kind === 'remote' ? 'private_key_jwt' : 'none';
  const client: KnownClient = {
    clientId,
    kind,
    host: kind === 'local' ? null : host,
    metadata: {
      client_id: clientId,
      client_name: 'Newcomer',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: method,
      jwks: { keys: [{ ...clientKey.jwk, kid: 'client', alg: 'EdDSA' }] },
    },
  };
  api.known(client);
  const verifier = randomBytes(32).toString('base64url');

  async function authentication(): Promise<Form> {
    if (method === 'none') return { client_id: clientId };
    const assertion = await new SignJWT({ jti: randomBytes(8).toString('hex') })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'client' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(api.issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(clientKey.privateKey);
    return {
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }

  const service: TestService = {
    client,
    dpop,
    clientKey,
    verifier,
    redirectUri,
    nonce: undefined,
    newKey: () => keyPair('ES256'),
    async proof(verb, path, token, changes = {}) {
      const key = changes.key ?? dpop;
      const nonce = 'nonce' in changes ? changes.nonce : service.nonce;
      const claims = {
        jti: changes.jti ?? randomBytes(12).toString('base64url'),
        htm: changes.htm ?? verb,
        htu: changes.htu ?? api.issuer + (path.split('?')[0] ?? ''),
        iat: changes.iat ?? Math.floor(Date.now() / 1000),
        ...(token === null ? {} : { ath: changes.ath ?? hash('sha256', token, 'base64url') }),
        ...(nonce === undefined ? {} : { nonce }),
      };
      return new SignJWT(claims)
        .setProtectedHeader({ typ: changes.typ ?? 'dpop+jwt', alg: 'ES256', jwk: key.jwk })
        .sign(key.privateKey);
    },
    async post(path, form, changes = {}) {
      const fields = Object.entries({ ...(await authentication()), ...form });
      const given = fields.filter((field): field is [string, string] => field[1] !== undefined);
      const response = await fetch(base + path, {
        method: 'POST',
        headers: {
          dpop: await service.proof('POST', path, null, changes),
          ...changes.headers,
        },
        body: new URLSearchParams(given),
      });
      service.nonce = response.headers.get('dpop-nonce') ?? service.nonce;
      return replyOf(response);
    },
    async par(changes = {}) {
      const form = {
        response_type: 'code',
        redirect_uri: redirectUri,
        state: 'a-state',
        code_challenge: hash('sha256', verifier, 'base64url'),
        code_challenge_method: 'S256',
        authorization_details: JSON.stringify([CLAUSE]),
        ...changes,
      };
      const first = await service.post('/oauth/par', form);
      return first.body['error'] === 'use_dpop_nonce' ? service.post('/oauth/par', form) : first;
    },
    async code(changes = {}) {
      const pushed = await service.par(changes);
      if (pushed.status !== 201) throw new Error(JSON.stringify(pushed.body));
      const browser = new Browser(api.issuer, base);
      const waiting = await browser.open(authorizePath(clientId, String(pushed.body['request_uri'])));
      const [, statePath = ''] = /data-state="([^"]+)"/.exec(waiting.text) ?? [];
      await api.allow(waiting);
      const { next } = Decided.parse(JSON.parse((await browser.fetch(statePath)).text));
      return new URL((await browser.step(next)).location ?? '').searchParams;
    },
    exchange: (code, changes = {}) =>
      service.post('/oauth/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...changes,
      }),
    refresh: (token, changes = {}) =>
      service.post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token }, changes),
    async tokens(changes = {}) {
      const code = (await service.code(changes)).get('code') ?? '';
      const reply = await service.exchange(code);
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
      const tokens = TokenReply.parse(reply.body);
      // Data routes have nonces of their own: the first answer tells one.
      await service.get('/grants/x', tokens.access_token);
      return tokens;
    },
    async get(path, token, changes = {}) {
      const response = await fetch(base + path, {
        headers: {
          authorization: `DPoP ${token}`,
          dpop: await service.proof('GET', path, token, changes),
          ...changes.headers,
        },
      });
      service.nonce = response.headers.get('dpop-nonce') ?? service.nonce;
      return replyOf(response);
    },
    async send(verb, path, token, body, headers = {}) {
      const response = await fetch(base + path, {
        method: verb,
        headers: {
          authorization: `DPoP ${token}`,
          dpop: await service.proof(verb, path, token),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      service.nonce = response.headers.get('dpop-nonce') ?? service.nonce;
      return replyOf(response);
    },
  };
  return service;
}

/** Where a service sends the browser after its pushed request. */
export function authorizePath(clientId: string, requestUri: string): string {
  return `/oauth/authorize?${new URLSearchParams({ client_id: clientId, request_uri: requestUri }).toString()}`;
}
