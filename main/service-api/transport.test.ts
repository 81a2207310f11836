import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../protocol/owner/routes.ts';
import { sendRaw, type RawAnswer } from '../http/testing.ts';
import { startTestApi, type TestApi } from './testing.ts';
import { testService, type TestService } from './testing/service.ts';

const ORIGIN = 'https://newcomer.example';
const FORM = 'Content-Type: application/x-www-form-urlencoded';
let api: TestApi;
let service: TestService;
let token = '';

beforeAll(async () => {
  api = await startTestApi();
  service = await testService(api);
  token = (await service.tokens()).access_token;
});
afterAll(() => api[Symbol.asyncDispose]());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Header lines; `Host` is added unless one is here. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

async function send({ method = 'GET', path = '/oauth/jwks', headers = [], body = '' }: Sent): Promise<RawAnswer> {
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : [`Host: 127.0.0.1:${api.port}`];
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${path} HTTP/1.1`, ...host, ...headers, ...length, 'Connection: close', '', body];
  return sendRaw(api.port, lines.join('\r\n'));
}

async function expectCode(sent: Sent, code: string): Promise<RawAnswer> {
  const answer = await send(sent);
  const problem = Problem.parse(JSON.parse(answer.body));
  expect({ status: answer.status, code: problem.code }).toEqual({ status: problem.status, code });
  return answer;
}

/** The header lines of a request with token and proof. */
async function proved(method: string, path: string): Promise<string[]> {
  return [`Authorization: DPoP ${token}`, `DPoP: ${await service.proof(method, path, token)}`];
}

const PATHS = ['/oauth/jwks', '/oauth/par', '/oauth/token', '/oauth/authorize', '/v1/changes', '/grants/x', '/nowhere'];
const NAVIGATION = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];

describe('before routing', () => {
  it('answers to its own address only: a name that is bound to it again is another host', async () => {
    expect((await send({})).status).toBe(200);
    const { port } = api;
    const hosts = ['evil.example', `evil.example:${port}`, `localhost:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`, `[::1]:${port}`, `0x7f.0.0.1:${port}`, `127.0.0.1:${port}.evil.example`, '']; // prettier-ignore
    for (const host of hosts) {
      for (const path of PATHS) await expectCode({ path, headers: [`Host: ${host}`] }, 'bad_host');
    }
    const own = `Host: 127.0.0.1:${port}`;
    await expectCode({ headers: [own, 'Host: evil.example'] }, 'bad_host');
    await expectCode({ headers: [own, own] }, 'bad_host');
  });

  it('lets a proxy’s headers change nothing', async () => {
    const spoofed = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https', 'Forwarded: host=evil.example'];
    const answer = await send({ path: '/oauth/authorize?client_id=x', headers: spoofed });
    expect(answer.body + JSON.stringify(answer.headers)).not.toContain('evil.example');
    const document = await send({ path: '/.well-known/oauth-authorization-server', headers: spoofed });
    expect(document.body).not.toContain('evil.example');
  });

  it('refuses origins of no known service, null among them, on every path', async () => {
    const others = ['null', 'https://evil.example', 'http://newcomer.example', `${ORIGIN}:444`, `${ORIGIN}.evil.example`, api.issuer, `http://localhost:${api.port}`]; // prettier-ignore
    for (const origin of others) {
      for (const path of PATHS) await expectCode({ path, headers: [`Origin: ${origin}`] }, 'bad_origin');
    }
    await expectCode({ headers: [`Origin: ${ORIGIN}`, `Origin: ${ORIGIN}`] }, 'bad_origin');
    expect((await send({ headers: [`Origin: ${ORIGIN}`] })).status).toBe(200);
  });

  it('refuses what other sites and ports cause without an origin that is known', async () => {
    for (const site of ['cross-site', 'same-site', 'nonsense']) {
      for (const path of PATHS) {
        await expectCode({ path, headers: [`Sec-Fetch-Site: ${site}`, 'Sec-Fetch-Mode: no-cors'] }, 'bad_origin');
      }
      for (const path of PATHS.filter((each) => each !== '/oauth/authorize')) {
        await expectCode({ path, headers: [`Sec-Fetch-Site: ${site}`, ...NAVIGATION] }, 'bad_origin');
      }
    }
    expect((await send({ headers: [`Origin: ${ORIGIN}`, 'Sec-Fetch-Site: cross-site'] })).status).toBe(200);
  });

  it('lets a link lead to the authorization endpoint, at the top of a tab only', async () => {
    const path = '/oauth/authorize?client_id=x';
    for (const site of ['cross-site', 'same-site', 'none']) {
      const led = await send({ path, headers: [`Sec-Fetch-Site: ${site}`, ...NAVIGATION] });
      expect(led.status).toBe(400);
      expect(led.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
    const site = 'Sec-Fetch-Site: cross-site';
    for (const headers of [
      [site, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'],
      [site, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'],
      [site, 'Sec-Fetch-Mode: navigate'],
      [site],
    ]) {
      await expectCode({ path, headers }, 'bad_origin');
    }
    await expectCode({ method: 'POST', path, headers: [site, ...NAVIGATION] }, 'bad_origin');
    await expectCode(
      { path: `${path.split('?')[0] ?? ''}/x/waiting/state`, headers: [site, ...NAVIGATION] },
      'bad_origin',
    );
  });
});

describe('pages of services', () => {
  it('are told that they may call, before they do', async () => {
    const preflight = (more: string[] = []): Promise<RawAnswer> =>
      send({
        method: 'OPTIONS',
        path: '/v1/changes',
        headers: [`Origin: ${ORIGIN}`, 'Access-Control-Request-Method: GET', ...more],
      });
    const answer = await preflight();
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(answer.headers['access-control-allow-headers']).toContain('DPoP');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['access-control-allow-private-network']).toBeUndefined();
    const near = await preflight(['Access-Control-Request-Private-Network: true']);
    expect(near.headers['access-control-allow-private-network']).toBe('true');
    await expectCode(
      { method: 'OPTIONS', headers: ['Origin: https://evil.example', 'Access-Control-Request-Method: GET'] },
      'bad_origin',
    );
    expect((await send({ method: 'OPTIONS', headers: ['Access-Control-Request-Method: GET'] })).status).toBe(405);
  });

  it('read answers of their own origin only, streams and OAuth included', async () => {
    api.access.pages = async function* () {};
    for (const [method, path] of [
      ['GET', '/v1/records/social.post?clause=posts'],
      ['GET', '/v1/changes?clause=posts'],
    ] as const) {
      const headers = [`Origin: ${ORIGIN}`, ...(await proved(method, path)), 'Accept: text/event-stream'];
      const answer = await send({ method, path, headers });
      expect(answer.status).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
      expect(answer.headers['access-control-expose-headers']).toContain('DPoP-Nonce');
      const without = await send({ method, path, headers: [...(await proved(method, path))] });
      expect(without.headers['access-control-allow-origin']).toBeUndefined();
    }
    const par = { method: 'POST', path: '/oauth/par', body: 'client_id=x' };
    const own = await send({ ...par, headers: [FORM, `Origin: ${ORIGIN}`] });
    expect(own.headers['access-control-allow-origin']).toBe(ORIGIN);
    expect((await send({ ...par, headers: [FORM] })).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('call for their own service only', async () => {
    const other = await testService(api, 'remote', 'other.example');
    const path = '/v1/records/social.post?clause=posts';
    await expectCode(
      { path, headers: ['Origin: https://other.example', ...(await proved('GET', path))] },
      'bad_origin',
    );
    const reply = await other.post('/oauth/par', {}, { headers: { origin: ORIGIN } });
    expect(reply).toMatchObject({ status: 403, body: { error: 'invalid_request' } });
  });
});

describe('bodies', () => {
  it('are of one content type a route', async () => {
    const types = ['text/plain', 'application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded; charset=latin1', '']; // prettier-ignore
    for (const path of ['/oauth/par', '/oauth/token', '/oauth/revoke']) {
      for (const type of types) {
        await expectCode(
          { method: 'POST', path, headers: [`Content-Type: ${type}`], body: 'client_id=x' },
          'unsupported_content_type',
        );
      }
      await expectCode({ method: 'POST', path, body: 'client_id=x' }, 'unsupported_content_type');
      expect((await send({ method: 'POST', path, headers: [FORM], body: 'client_id=x' })).status).toBe(401);
      await expectCode({ path }, 'method_not_allowed');
    }
    const append = '/v1/records/social.post?clause=posts';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      const headers = [`Content-Type: ${type}`, ...(await proved('POST', append))];
      await expectCode({ method: 'POST', path: append, headers, body: '{}' }, 'unsupported_content_type');
    }
    const headers = [...(await proved('GET', append)), 'Content-Type: application/json'];
    await expectCode({ path: append, headers, body: '{}' }, 'unsupported_content_type');
  });

  it('are bounded', async () => {
    const large = await send({ method: 'POST', path: '/oauth/par', headers: [FORM], body: 'x'.repeat(100_000) });
    expect(large.status).toBe(400);
    const path = '/v1/records/social.post?clause=posts';
    const headers = ['Content-Type: application/json', ...(await proved('POST', path))];
    await expectCode({ method: 'POST', path, headers, body: `"${'x'.repeat(1024 * 1024)}"` }, 'too_large');
  });

  const atGate = (): number => api.access.calls.filter(({ name }) => name !== 'noteRefused').length;

  it('of the expected form reach the gate, and no others', async () => {
    const before = atGate();
    const path = '/v1/records/social.post?clause=posts';
    const bodies = ['{', '[]', '{}', '{"records":[]}', '{"records":[{"key":"a","fields":{},"more":1}]}', '{"records":[{"key":"","fields":{}}]}', '{"__proto__":{},"records":[{"key":"a","fields":{}}]}']; // prettier-ignore
    for (const body of bodies) {
      const headers = ['Content-Type: application/json', ...(await proved('POST', path))];
      await expectCode({ method: 'POST', path, headers, body }, 'bad_request');
    }
    const queries = ['', '?clause=posts&more=1', '?clause=posts&limit=0', '?clause=posts&limit=1001', '?clause=posts&fields=a,,b', '?clause=posts&clause=other']; // prettier-ignore
    for (const query of queries) {
      const address = `/v1/records/social.post${query}`;
      await expectCode({ path: address, headers: await proved('GET', address) }, 'bad_request');
    }
    const unknown = '/v1/records/social.nothing?clause=posts';
    await expectCode({ path: unknown, headers: await proved('GET', unknown) }, 'bad_request');
    expect(atGate()).toBe(before);
  });
});

describe('every answer', () => {
  it('carries the headers, sets no cookie and says no version', async () => {
    const paths = ['/oauth/jwks', '/.well-known/oauth-authorization-server', '/v1/openapi.json', '/v1/changes', '/nowhere', '/oauth/par', '/v1/', '/oauth/pages/page.css', '/oauth/authorize']; // prettier-ignore
    for (const path of paths) {
      const { headers } = await send({ path });
      expect(headers['cache-control'], path).toContain('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      for (const name of ['server', 'x-powered-by']) expect(headers[name]).toBeUndefined();
      if (path !== '/oauth/authorize') expect(headers['set-cookie'], path).toBeUndefined();
    }
    const path = '/v1/records/social.post?clause=posts';
    const data = await send({ path, headers: [...(await proved('GET', path)), 'Cookie: a=b'] });
    expect(data.headers['set-cookie']).toBeUndefined();
  });

  it('tells unknown addresses from known ones with another method', async () => {
    for (const path of [
      '/oauth',
      '/oauth/',
      '/oauth/session/end/confirm',
      '/session/end',
      '/me',
      '/reg',
      '/v1',
      '/v1/records',
      '/oauth/pages/waiting.html',
      '/oauth/pages/..%2fpage.css',
      '/.well-known/openid-configuration',
      '/owner/status',
      '/interaction/x',
    ]) {
      // prettier-ignore
      await expectCode({ path }, 'not_found');
    }
    const answer = await expectCode({ method: 'PUT', path: '/v1/records/social.post' }, 'method_not_allowed');
    expect(answer.headers['allow']?.split(', ').sort()).toEqual(['GET', 'POST']);
    await expectCode({ method: 'POST', path: '/oauth/authorize' }, 'method_not_allowed');
  });

  it('without a token is a challenge that names where to begin', async () => {
    const answer = await expectCode({ path: '/v1/changes?clause=posts' }, 'token_invalid');
    expect(answer.headers['www-authenticate']).toBe(
      `DPoP algs="ES256 EdDSA Ed25519", resource_metadata="${api.issuer}/.well-known/oauth-protected-resource"`,
    );
    expect(answer.headers['dpop-nonce']).toMatch(/^[\w-]{43}$/);
  });
});
