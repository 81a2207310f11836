import * as oauth from 'oauth4webapi';
import { generateProof, generateKeyPair } from 'dpop';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLAUSE, startTestApi, type TestApi } from './testing.ts';
import { Browser } from './testing/browser.ts';
import { testService } from './testing/service.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('a service asks, the owner says yes, and tokens reach data', async () => {
  const service = await testService(api);
  const tokens = await service.tokens();
  expect(tokens).toMatchObject({ token_type: 'DPoP', expires_in: 600, authorization_details: [CLAUSE] });
  const reply = await service.get('/v1/records/social.post?clause=posts', tokens.access_token);
  expect(reply.body).toEqual({ items: [], next: null });
  expect(reply.status).toBe(200);
  expect(api.faults).toEqual([]);
});

test('a page on public libraries goes the whole way', async () => {
  const { client: known } = await testService(api, 'page', 'page.example');
  const insecure = { [oauth.allowInsecureRequests]: true } as const;
  const issuer = new URL(api.issuer);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  const as = await oauth.processDiscoveryResponse(issuer, found);
  const client: oauth.Client = { client_id: known.clientId };
  const keys = await oauth.generateKeyPair('ES256');
  const DPoP = oauth.DPoP(client, keys);
  const verifier = oauth.generateRandomCodeVerifier();
  const redirect = known.metadata.redirect_uris[0] ?? '';
  const again = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      if (oauth.isDPoPNonceError(error)) return step();
      throw error;
    }
  };

  const pushed = await again(async () => {
    const parameters = {
      response_type: 'code',
      redirect_uri: redirect,
      state: 'x',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      authorization_details: JSON.stringify([CLAUSE]),
    };
    const response = await oauth.pushedAuthorizationRequest(as, client, oauth.None(), parameters, {
      DPoP,
      ...insecure,
    });
    return oauth.processPushedAuthorizationResponse(as, client, response);
  });

  const address = new URL(as.authorization_endpoint ?? '');
  address.search = new URLSearchParams({ client_id: known.clientId, request_uri: pushed.request_uri }).toString();
  const browser = new Browser(api.issuer);
  const waiting = await browser.open(address.pathname + address.search);
  api.approvals.allow();
  const { next } = JSON.parse((await browser.fetch(`${waiting.path}/state`)).text) as { next: string };
  const back = new URL((await browser.step(next)).location ?? '');
  const callback = oauth.validateAuthResponse(as, client, back, 'x');

  const tokens = await again(async () => {
    const options = { DPoP, ...insecure };
    const auth = oauth.None();
    const response = await oauth.authorizationCodeGrantRequest(as, client, auth, callback, redirect, verifier, options);
    return oauth.processAuthorizationCodeResponse(as, client, response);
  });
  expect(tokens['grant_id']).toMatch(/^[\w-]{22}$/);

  const records = await again(async () => {
    const url = new URL('/v1/records/social.post?clause=posts', api.issuer);
    return oauth.protectedResourceRequest(tokens.access_token, 'GET', url, undefined, undefined, { DPoP, ...insecure });
  });
  expect(await records.json()).toEqual({ items: [], next: null });

  const refreshed = await again(async () => {
    const token = tokens.refresh_token ?? '';
    const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, { DPoP, ...insecure });
    return oauth.processRefreshTokenResponse(as, client, response);
  });
  expect(refreshed.access_token).not.toBe(tokens.access_token);
});

test('proofs by another library are taken, with Ed25519 too', async () => {
  const service = await testService(api, 'remote', 'ed.example');
  const { access_token: stolen } = await service.tokens();
  const keys = await generateKeyPair('Ed25519');
  const url = `${api.issuer}/v1/records/social.post`;
  const proof = await generateProof(keys, url, 'GET', service.nonce, stolen);
  const response = await fetch(`${url}?clause=posts`, { headers: { authorization: `DPoP ${stolen}`, dpop: proof } });
  // A valid proof, by a key that the token is not bound to.
  expect(await response.json()).toMatchObject({ code: 'proof_invalid', detail: 'key' });
});

test('behind a proxy everything is under its address, and cookies are for TLS only', async () => {
  await using proxied = await startTestApi(Date.now, 'https://locker.example');
  const service = await testService(proxied, 'remote', 'far.example');
  const tokens = await service.tokens();
  expect((await service.get('/v1/records/social.post?clause=posts', tokens.access_token)).status).toBe(200);
  const browser = new Browser(proxied.issuer, proxied.base);
  const uri = String((await service.par()).body['request_uri']);
  const query = new URLSearchParams({ client_id: service.client.clientId, request_uri: uri });
  await browser.open(`/oauth/authorize?${query.toString()}`);
  expect(browser.cookies.length).toBeGreaterThan(0);
  for (const { line } of browser.cookies) expect(line).toMatch(/; secure/i);
  expect((await fetch(`http://127.0.0.1:${proxied.port}/oauth/jwks`)).status).toBe(421);
  expect(proxied.faults).toEqual([]);
});

test('the documents that a service begins with', async () => {
  const read = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(api.issuer + path)).json()) as Record<string, unknown>;
  expect(await read('/.well-known/oauth-authorization-server')).toMatchObject({
    issuer: api.issuer,
    pushed_authorization_request_endpoint: `${api.issuer}/oauth/par`,
    require_pushed_authorization_requests: true,
    code_challenge_methods_supported: ['S256'],
  });
  expect(await read('/.well-known/oauth-protected-resource')).toMatchObject({
    resource: api.issuer,
    authorization_servers: [api.issuer],
    dpop_bound_access_tokens_required: true,
  });
  expect(await read('/oauth/jwks')).toEqual({ keys: api.keys });
  expect(JSON.stringify(api.keys)).not.toContain('"d"');
});

test('the waiting page has files of its own, and no script in it', async () => {
  const service = await testService(api, 'local');
  const browser = new Browser(api.issuer);
  const uri = String((await service.par()).body['request_uri']);
  const query = new URLSearchParams({ client_id: service.client.clientId, request_uri: uri });
  const waiting = await browser.open(`/oauth/authorize?${query.toString()}`);
  expect(waiting.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(waiting.text).not.toMatch(/<script(?! src="\/)| style=| on\w+=|<form/);
  expect(waiting.text).toContain('not verified');
  for (const [, file = ''] of waiting.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    expect((await fetch(api.issuer + file)).status).toBe(200);
  }
  // What a service says of itself is text.
  const { client } = service;
  api.approvals.known({ ...client, metadata: { ...client.metadata, client_name: '<img src=x onerror=alert(1)>' } });
  const named = await browser.step(waiting.path);
  expect(named.text).toContain('&lt;img src=x onerror=alert(1)&gt;');
});
