import { hash, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { CLAUSE, startTestApi, type TestApi } from './testing.ts';
import { Browser } from './testing/browser.ts';
import { expectOauth } from './testing/expect.ts';
import { authorizePath, testService } from './testing/service.ts';

const RECORDS = '/v1/records/social.post?clause=posts';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  api.faults.length = 0;
  api.approvals.bad.length = 0;
});
afterEach(() => expect(api.faults).toEqual([]));

describe('pushed requests', () => {
  const asked = (): number => api.approvals.asks.length;

  test('what is not as it must be never reaches the owner', async () => {
    const service = await testService(api, 'remote', 'pushed.example');
    await service.par();
    const before = asked();
    const wider = JSON.stringify([{ ...CLAUSE, more: 1 }]);
    const twice = JSON.stringify([CLAUSE, CLAUSE]);
    const cases: [string, Record<string, string | undefined>, string, RegExp?][] = [
      ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request', /code_challenge_method/],
      ['no PKCE', { code_challenge_method: undefined, code_challenge: undefined }, 'invalid_request', /PKCE/],
      ['a redirect that is not registered', { redirect_uri: 'https://evil.example/back' }, 'invalid_request'],
      ['a redirect with more behind it', { redirect_uri: `${service.redirectUri}/more` }, 'invalid_request'],
      ['a redirect with a query', { redirect_uri: `${service.redirectUri}?more` }, 'invalid_request'],
      ['no redirect', { redirect_uri: undefined }, 'invalid_request'],
      ['an unknown member in a clause', { authorization_details: wider }, 'invalid_authorization_details', /more/],
      ['a clause twice', { authorization_details: twice }, 'invalid_authorization_details', /unique/],
      ['no clauses', { authorization_details: undefined }, 'invalid_authorization_details'],
      ['an empty list', { authorization_details: '[]' }, 'invalid_authorization_details'],
      ['another type', { authorization_details: '[{"type":"x"}]' }, 'invalid_authorization_details'],
      ['no JSON', { authorization_details: '{' }, 'invalid_authorization_details'],
      ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
      ['another response mode', { response_mode: 'fragment' }, 'invalid_request', /query/],
      ['a form that posts itself', { response_mode: 'form_post' }, 'invalid_request', /query/],
      ['another resource', { resource: 'https://evil.example/' }, 'invalid_target'],
      ['our own parameter', { locker_request: '{}' }, 'invalid_request', /not yours/],
      ['merge into nothing', { grant_management_action: 'merge' }, 'invalid_request', /grant_id/],
      ['another’s grant', { grant_management_action: 'merge', grant_id: 'a'.repeat(22) }, 'invalid_grant_id'],
      ['a grant without merge', { grant_id: 'a'.repeat(22) }, 'invalid_request', /grant_id/],
      ['an action that is none', { grant_management_action: 'take' }, 'invalid_request', /grant_management_action/],
      ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ];
    for (const [name, changes, error, description] of cases) {
      const reply = await service.par(changes);
      expect(reply.body, name).toMatchObject({ error });
      expect(reply.status, name).toBe(400);
      if (description !== undefined) expect(reply.body['error_description'], name).toMatch(description);
    }
    expect(asked()).toBe(before);
  });

  test('without a proof, with a replayed one, or by another client', async () => {
    const service = await testService(api, 'remote', 'proof.example');
    await service.par();
    const before = asked();
    expectOauth(await service.post('/oauth/par', {}, { headers: { dpop: '' } }), 400, 'invalid_request');
    const jti = 'once';
    const form = {
      response_type: 'code',
      redirect_uri: service.redirectUri,
      code_challenge: hash('sha256', service.verifier, 'base64url'),
      code_challenge_method: 'S256',
      authorization_details: JSON.stringify([CLAUSE]),
    };
    expectOauth(await service.post('/oauth/par', form, { headers: { dpop: '' } }), 400, 'invalid_request', /proof/);
    expect((await service.post('/oauth/par', form, { jti })).status).toBe(201);
    expectOauth(await service.post('/oauth/par', form, { jti }), 400, 'invalid_request', /Replay/i);
    const together = await Promise.all(
      Array.from({ length: 8 }, () => service.post('/oauth/par', form, { jti: 'at the same time' })),
    );
    expect(together.filter(({ status }) => status === 201)).toHaveLength(1);
    expectOauth(await service.post('/oauth/par', form, { htm: 'GET' }), 400, 'invalid_dpop_proof');
    expectOauth(await service.post('/oauth/par', form, { htu: api.issuer }), 400, 'invalid_dpop_proof');
    expectOauth(await service.post('/oauth/par', form, { nonce: undefined }), 400, 'use_dpop_nonce');
    const bare = { ...form, client_assertion: undefined, client_assertion_type: undefined };
    expectOauth(await service.post('/oauth/par', bare), 401, 'invalid_client');
    expectOauth(
      await service.post('/oauth/par', { ...bare, client_id: 'https://nobody.example/' }),
      401,
      'invalid_client',
    );
    expect(asked()).toBe(before + 2);
  });

  test('without a pushed request there is no page', async () => {
    const service = await testService(api, 'remote', 'missing.example');
    const query = new URLSearchParams({
      client_id: service.client.clientId,
      response_type: 'code',
      redirect_uri: service.redirectUri,
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      authorization_details: JSON.stringify([CLAUSE]),
    });
    const visited = await new Browser(api.issuer).step(`/oauth/authorize?${query.toString()}`, 'cross-site');
    expect(new URL(visited.location ?? '').searchParams.get('error')).toBe('invalid_request');
    expect(visited.location).toMatch(/^https:\/\/missing\.example\/back\?/);
    const made = await new Browser(api.issuer).open(
      authorizePath(service.client.clientId, 'urn:ietf:params:oauth:request_uri:made-up'),
    );
    expect(made.status).toBe(400);
    expect(made.text).toContain('That did not work');
    expect(made.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  test('a pushed request opens one page, and the browser that opened it alone goes on', async () => {
    const service = await testService(api, 'remote', 'once.example');
    const path = authorizePath(service.client.clientId, String((await service.par()).body['request_uri']));
    const browser = new Browser(api.issuer);
    const waiting = await browser.open(path);
    expect(waiting.text).toContain('once.example');
    expect(waiting.text).toContain('>42<');
    expect(api.approvals.waited).toContain(api.approvals.asks.at(-1)?.requestId);
    const stranger = new Browser(api.issuer);
    expect((await stranger.step(waiting.path)).status).toBe(404);
    expect((await stranger.fetch(`${waiting.path}/state`)).status).toBe(404);
    expect((await stranger.step(waiting.path.replace('/waiting', ''))).status).toBe(400);
    // Another request’s cookie opens only that request.
    const second = new Browser(api.issuer);
    const other = authorizePath(service.client.clientId, String((await service.par()).body['request_uri']));
    await second.open(other);
    const cookie = second.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    expect((await fetch(`${api.issuer}${waiting.path}/state`, { headers: { cookie } })).status).toBe(404);
    api.approvals.asks.pop();
    api.approvals.allow();
    const { next } = JSON.parse((await browser.fetch(`${waiting.path}/state`)).text) as { next: string };
    expect((await stranger.step(next)).status).toBe(400);
    const done = new URL((await browser.step(next)).location ?? '');
    expect(Object.fromEntries(done.searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: 'a-state',
      iss: api.issuer,
    });
    const again = await new Browser(api.issuer).open(path);
    expect(again.text + (again.location ?? '')).not.toContain('>42<');
    for (const { line } of browser.cookies) expect(line).toMatch(/; path=\/oauth\/authorize/);
  });

  test('cookies are for the one page, hidden from scripts and named for this locker', async () => {
    const service = await testService(api, 'remote', 'cookie.example');
    const browser = new Browser(api.issuer);
    await browser.open(authorizePath(service.client.clientId, String((await service.par()).body['request_uri'])));
    expect(browser.cookies.length).toBeGreaterThan(0);
    for (const { name, line } of browser.cookies) {
      expect(name).toMatch(/^locker-[0-9a-f]{8}-(?:waiting|resume|session)(?:\.sig)?$/);
      expect(line).toMatch(/; path=\/oauth\/authorize/);
      expect(line).toMatch(/; httponly/i);
      expect(line).toMatch(/; samesite=lax/i);
    }
    await using other = await startTestApi();
    const strange = await testService(other, 'remote', 'cookie.example');
    const second = new Browser(other.issuer);
    await second.open(authorizePath(strange.client.clientId, String((await strange.par()).body['request_uri'])));
    const names = new Set(browser.cookies.map(({ name }) => name));
    expect(second.cookies.some(({ name }) => names.has(name))).toBe(false);
  });

  test('the owner says no, or nothing', async () => {
    for (const [kind, text] of [
      ['denied', 'The owner said no.'],
      ['expired', 'The owner did not answer in time.'],
    ] as const) {
      const service = await testService(api, 'remote', `${kind}.example`);
      const browser = new Browser(api.issuer);
      const pushed = await service.par();
      const waiting = await browser.open(authorizePath(service.client.clientId, String(pushed.body['request_uri'])));
      const polled = browser.fetch(`${waiting.path}/state`);
      api.approvals.decide(api.approvals.asks.at(-1)?.requestId ?? '', { kind });
      const { next } = JSON.parse((await polled).text) as { next: string };
      const done = new URL((await browser.step(next)).location ?? '').searchParams;
      expect(done.get('error')).toBe('access_denied');
      expect(done.get('error_description')).toBe(text);
      expect(done.get('code')).toBeNull();
    }
  });

  test('what the owner’s side refuses is told in OAuth’s words', async () => {
    const service = await testService(api, 'remote', 'refused.example');
    await service.par();
    for (const [code, status, error] of [
      ['offer_signature', 400, 'invalid_authorization_details'],
      ['clause_not_granted', 400, 'invalid_authorization_details'],
      ['too_many_requests_waiting', 429, 'temporarily_unavailable'],
      ['service_blocked', 403, 'access_denied'],
    ] as const) {
      api.approvals.refuseNext(new LockerError(code));
      expectOauth(await service.par(), status, error, new RegExp(`^${code}: `));
    }
  });

  test('a client assertion is used once, is short-lived and names this locker', async () => {
    const service = await testService(api, 'remote', 'assertion.example');
    await service.par();
    let assertion = '';
    const { fetch: send } = globalThis;
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      assertion ||= (init.body as URLSearchParams).get('client_assertion') ?? '';
      return send(url, init);
    });
    expect((await service.par()).status).toBe(201);
    vi.unstubAllGlobals();
    expectOauth(await service.par({ client_assertion: assertion }), 401, 'invalid_client');
    const signed = (audience: string | string[], lifetime: string): Promise<string> =>
      new SignJWT({ jti: randomBytes(8).toString('hex') })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'client' })
        .setIssuer(service.client.clientId)
        .setSubject(service.client.clientId)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(lifetime)
        .sign(service.clientKey.privateKey);
    expect((await service.par({ client_assertion: await signed(api.issuer, '4m') })).status).toBe(201);
    for (const [audience, lifetime] of [
      [api.issuer, '10m'],
      [`${api.issuer}/oauth/token`, '1m'],
      [`${api.issuer}/oauth/par`, '1m'],
      [[api.issuer, 'https://evil.example'], '1m'],
      ['https://evil.example', '1m'],
    ] as const) {
      const made = await signed(typeof audience === 'string' ? audience : [...audience], lifetime);
      expectOauth(await service.par({ client_assertion: made }), 401, 'invalid_client');
    }
  });
});

describe('programs on this computer', () => {
  test('the port of a loopback address is free, everything else is exact', async () => {
    const service = await testService(api, 'local');
    expect((await service.par({ redirect_uri: 'http://127.0.0.1:60123/back' })).status).toBe(201);
    for (const uri of [
      'http://localhost:5555/back',
      'http://[::1]:5555/back',
      'http://127.0.0.2:5555/back',
      'https://127.0.0.1:5555/back',
      'http://127.0.0.1:5555/other',
      'http://user@127.0.0.1:5555/back',
    ]) {
      expectOauth(await service.par({ redirect_uri: uri }), 400, 'invalid_request');
    }
    const tokens = await service.tokens();
    expect((await service.get(RECORDS, tokens.access_token)).status).toBe(200);
  });

  test('a name instead of an address is no place for a program', async () => {
    const service = await testService(api, 'local');
    const { client } = service;
    const redirects = ['http://localhost:5555/back'];
    api.approvals.known({ ...client, metadata: { ...client.metadata, redirect_uris: redirects } });
    expectOauth(await service.par({ redirect_uri: redirects[0] }), 401, 'invalid_client', /redirect_uris/);
  });
});
