import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { Problem } from '../../protocol/owner/routes.ts';
import { SOCKET_TOKEN_HEADER } from '../../protocol/shell.ts';
import { listen, loopbackDoor, socketDoor, type Listening } from '../http/index.ts';
import { sendRaw, type RawAnswer } from '../http/testing.ts';
import { createOwnerApi, type OwnerApi } from './index.ts';

const PAGE = '<!doctype html><title>Data Locker</title>';
const SECRET = 'passphrase-never-logged-1';
const faults: unknown[] = [];
let folder: string;
let api: OwnerApi;
let listening: Listening;
let port: number;

function lockedRooms(): never {
  throw new LockerError('locked');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-transport-'));
  await mkdir(join(folder, 'screens', 'assets'), { recursive: true });
  await writeFile(join(folder, 'screens', 'index.html'), PAGE);
  await writeFile(join(folder, 'screens', 'assets', 'app.js'), 'export {};');
  await writeFile(join(folder, 'screens', '.built'), '');
  await writeFile(join(folder, 'outside.js'), 'secret');
  await symlink(join(folder, 'outside.js'), join(folder, 'screens', 'assets', 'link.js'));
  api = await createOwnerApi({
    locker: {
      state: () => 'vault-locked',
      problem: () => null,
      create: async () => 'CODE',
      unlock: async (passphrase) => {
        if (passphrase === 'boom') throw new Error(`a fault that quotes ${SECRET}`);
        if (passphrase !== SECRET) throw new LockerError('wrong_passphrase');
      },
      recover: async () => 'CODE',
      changePassphrase: async () => {},
      newRecoveryCode: async () => 'CODE',
      lock: async () => {},
    },
    reporter: { system: lockedRooms },
    rooms: lockedRooms,
    idleMinutes: () => 30,
    screens: join(folder, 'screens'),
    version: '1.2.3',
    sample: false,
    onFault: (error) => faults.push(error),
  });
  listening = await listen({ port: 0, host: '127.0.0.1' }, (bound) => loopbackDoor(bound ?? 0), api.handle);
  port = listening.port ?? 0;
});

afterAll(async () => {
  await listening[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Header lines; `Host` is added unless one is here. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

async function send({ method = 'GET', path = '/owner/status', headers = [], body = '' }: Sent): Promise<RawAnswer> {
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : [`Host: 127.0.0.1:${port}`];
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${path} HTTP/1.1`, ...host, ...headers, ...length, 'Connection: close', '', body];
  return sendRaw(port, lines.join('\r\n'));
}

function expectProblem(answer: RawAnswer, code: string): void {
  const problem = Problem.parse(JSON.parse(answer.body));
  expect({ status: answer.status, code: problem.code }).toEqual({ status: problem.status, code });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.body).not.toMatch(/\.ts|\bat \w|node_modules|Error:/);
}

async function expectCode(sent: Sent, code: string): Promise<void> {
  expectProblem(await send(sent), code);
}

const JSON_TYPE = 'Content-Type: application/json';

describe('before routing', () => {
  it('answers its own address only', async () => {
    expect((await send({})).status).toBe(200);
    const hosts = ['evil.example', `localhost:${port}`, `127.0.0.1`, `127.0.0.1:${port + 1}`, `127.0.0.1:${port}.evil.example`, `evil.example:${port}`, `[::1]:${port}`, `0x7f.0.0.1:${port}`, '']; // prettier-ignore
    for (const host of hosts) await expectCode({ headers: [`Host: ${host}`] }, 'bad_host');
  });

  it('takes exactly one Host', async () => {
    const own = `Host: 127.0.0.1:${port}`;
    await expectCode({ headers: [own, own] }, 'bad_host');
    await expectCode({ headers: [own, 'Host: evil.example'] }, 'bad_host');
    expectProblem(await sendRaw(port, 'GET /owner/status HTTP/1.0\r\n\r\n'), 'bad_host');
    expectProblem(await sendRaw(port, 'GET /owner/status HTTP/1.1\r\nConnection: close\r\n\r\n'), 'bad_host');
  });

  it('refuses a name in the request line', async () => {
    await expectCode({ path: `http://127.0.0.1:${port}/owner/status` }, 'bad_request');
    await expectCode({ path: 'http://evil.example/owner/status' }, 'bad_request');
    await expectCode({ method: 'OPTIONS', path: '*' }, 'bad_request');
  });

  it('refuses other origins, null among them, on every path', async () => {
    for (const origin of [
      'null',
      'https://evil.example',
      `http://localhost:${port}`,
      `https://127.0.0.1:${port}`,
      'http://127.0.0.1',
      `http://127.0.0.1:${port + 1}`,
    ]) {
      // prettier-ignore
      await expectCode({ headers: [`Origin: ${origin}`] }, 'bad_origin');
      await expectCode({ path: '/', headers: [`Origin: ${origin}`] }, 'bad_origin');
      await expectCode({ path: '/nowhere', headers: [`Origin: ${origin}`] }, 'bad_origin');
    }
    const own = `Origin: http://127.0.0.1:${port}`;
    expect((await send({ headers: [own] })).status).toBe(200);
    await expectCode({ headers: [own, own] }, 'bad_origin');
  });

  it('refuses what other sites and other ports of this machine cause', async () => {
    await expectCode({ headers: ['Sec-Fetch-Site: cross-site'] }, 'bad_origin');
    const navigation = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
    await expectCode({ path: '/', headers: ['Sec-Fetch-Site: cross-site', ...navigation] }, 'bad_origin');
    await expectCode({ headers: ['Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors'] }, 'bad_origin');
    expect((await send({ path: '/', headers: ['Sec-Fetch-Site: same-site', ...navigation] })).status).toBe(200);
    expect((await send({ path: '/', headers: ['Sec-Fetch-Site: none', ...navigation] })).status).toBe(200);
    expect((await send({ headers: ['Sec-Fetch-Site: same-origin'] })).status).toBe(200);
  });

  it('gives no preflight', async () => {
    const answer = await send({ method: 'OPTIONS', headers: ['Access-Control-Request-Method: POST'] });
    expect(answer.status).toBe(405);
    expect(Object.keys(answer.headers).some((name) => name.startsWith('access-control'))).toBe(false);
  });
});

describe('every answer', () => {
  it('carries the headers, sets no cookie and says no version', async () => {
    const paths = ['/owner/status', '/', '/assets/app.js', '/nowhere.js', '/owner/nowhere', '/owner/settings'];
    for (const path of paths) {
      const { headers } = await send({ path });
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      for (const name of ['set-cookie', 'server', 'x-powered-by', 'etag', 'access-control-allow-origin']) {
        expect(headers[name]).toBeUndefined();
      }
    }
    const refused = await send({ headers: ['Host: evil.example'] });
    expect(refused.headers['cache-control']).toBe('no-store');
  });

  it('ignores cookies', async () => {
    const token = await session();
    await expectCode(
      { path: '/owner/settings', headers: [`Cookie: token=${token}; authorization=Bearer ${token}`] },
      'unauthenticated',
    );
  });
});

async function session(): Promise<string> {
  const body = JSON.stringify({ launch: api.launchPath().split('=')[1] });
  const answer = await send({ method: 'POST', path: '/owner/session', headers: [JSON_TYPE], body });
  return (JSON.parse(answer.body) as { token: string }).token;
}

describe('bodies', () => {
  const post = { method: 'POST', path: '/owner/session' };

  it('takes one content type', async () => {
    const body = '{"passphrase":"x"}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'application/json; charset=latin1',
      'text/plain; application/json',
      'application/octet-stream',
      '',
    ]) {
      // prettier-ignore
      await expectCode({ ...post, headers: [`Content-Type: ${type}`], body }, 'unsupported_content_type');
    }
    await expectCode({ ...post, body }, 'unsupported_content_type');
    await expectCode({ headers: [JSON_TYPE], body: '{}' }, 'unsupported_content_type');
    expect((await send({ ...post, headers: ['Content-Type: application/json; charset=utf-8'], body })).status).toBe(
      401,
    );
  });

  it('refuses what is not the JSON it expects', async () => {
    const bodies = ['{', 'null', '[]', '"x"', '{"passphrase":1}', '{"passphrase":""}', '{"passphrase":"x","more":1}', '{}', '{"__proto__":{"passphrase":"x"},"passphrase":"x"}', '{"constructor":{"prototype":{"a":1}},"passphrase":"x"}', `${'['.repeat(5000)}`]; // prettier-ignore
    for (const body of bodies) await expectCode({ ...post, headers: [JSON_TYPE], body }, 'bad_request');
    await expectCode({ ...post, headers: [JSON_TYPE] }, 'bad_request');
  });

  it('names the part that does not fit, never its value', async () => {
    const answer = await send({
      ...post,
      path: '/owner/recover',
      headers: [JSON_TYPE],
      body: `{"recoveryCode":"${SECRET}","passphrase":7}`,
    });
    expect(Problem.parse(JSON.parse(answer.body)).detail).toBe('body/passphrase');
    expect(answer.body).not.toContain(SECRET);
  });

  it('reads at most 1 MiB, told or streamed', async () => {
    const large = JSON.stringify({ passphrase: 'x'.repeat(1024 * 1024) });
    await expectCode({ ...post, headers: [JSON_TYPE], body: large }, 'too_large');
    const head = `POST /owner/session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    expectProblem(await sendRaw(port, `${head}200000\r\n${'x'.repeat(0x200000)}\r\n0\r\n\r\n`), 'too_large');
  });

  it('answers what is no HTTP', async () => {
    expectProblem(await sendRaw(port, 'hello\r\n\r\n'), 'bad_request');
    expectProblem(await send({ headers: [`X-Large: ${'x'.repeat(20_000)}`] }), 'too_large');
    const smuggled = `POST /owner/session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expectProblem(await sendRaw(port, smuggled), 'bad_request');
  });
});

describe('addresses', () => {
  it('tells unknown ones from known ones with another method', async () => {
    for (const path of [
      '/owner',
      '/owner/',
      '/owner/nothing',
      '/owner/status/',
      '/owner/feeds/a/b/c',
      '/owner/%2e%2e/status',
    ]) {
      // prettier-ignore
      await expectCode({ path }, 'not_found');
    }
    await expectCode({ method: 'POST', path: '/owner/nothing' }, 'not_found');
    const answer = await send({ method: 'DELETE', path: '/owner/session' });
    expectProblem(answer, 'method_not_allowed');
    expect(answer.headers['allow']).toBe('POST');
    await expectCode({ path: '/owner/lock' }, 'method_not_allowed');
    await expectCode({ method: 'POST', path: '/' }, 'method_not_allowed');
    await expectCode({ method: 'TRACE', path: '/owner/status' }, 'method_not_allowed');
    expect((await send({ method: 'HEAD', path: '/owner/status' })).status).toBe(405);
  });

  it('refuses broken escapes', async () => {
    await expectCode({ path: '/owner/%zz' }, 'bad_request');
    await expectCode({ path: '/%' }, 'bad_request');
  });

  it('serves the screens and nothing beside them', async () => {
    const page = await send({ path: '/sources/import' });
    expect(page.body).toBe(PAGE);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect((await send({ path: '/assets/app.js' })).headers['content-type']).toBe('text/javascript; charset=utf-8');
    const outside = ['/../outside.js', '/assets/../../outside.js', '/..%2foutside.js', '/%2e%2e/outside.js', '/assets/link.js', '/..%5coutside.js', '/assets/app.js%00', '/.built', '/%2e%2e%2foutside.js', '/assets//../../outside.js', '//outside.js', '/assets']; // prettier-ignore
    for (const path of outside) expect((await send({ path })).body).not.toContain('secret');
    await expectCode({ path: '/..%2foutside.js' }, 'not_found');
    await expectCode({ path: '/assets/link.js' }, 'not_found');
    await expectCode({ path: '/missing.css' }, 'not_found');
  });
});

describe('sessions over the wire', () => {
  it('asks for a session before it reads anything', async () => {
    for (const value of [
      '',
      'Bearer',
      'Bearer x',
      `Bearer ${'a'.repeat(43)}`,
      `bearer ${'a'.repeat(43)}`,
      `Basic ${'a'.repeat(43)}`,
    ]) {
      // prettier-ignore
      const headers = value === '' ? [] : [`Authorization: ${value}`];
      await expectCode({ path: '/owner/settings', headers }, 'unauthenticated');
      await expectCode(
        { method: 'PUT', path: '/owner/settings', headers: [...headers, JSON_TYPE], body: '{' },
        'unauthenticated',
      );
    }
  });

  it('gives one session per launch link', async () => {
    const body = JSON.stringify({ launch: api.launchPath().split('=')[1] });
    const ask: Sent = { method: 'POST', path: '/owner/session', headers: [JSON_TYPE], body };
    const { token } = JSON.parse((await send(ask)).body) as { token: string };
    await expectCode({ path: '/owner/settings', headers: [`Authorization: Bearer ${token}`] }, 'locked');
    await expectCode(ask, 'launch_link_used');
  });

  it('ends sessions by a screen lock', async () => {
    const token = await session();
    const headers = [`Authorization: Bearer ${token}`];
    const lock: Sent = {
      method: 'POST',
      path: '/owner/lock',
      headers: [...headers, JSON_TYPE],
      body: '{"what":"screen"}',
    };
    expect((await send(lock)).status).toBe(200);
    await expectCode({ path: '/owner/settings', headers }, 'unauthenticated');
  });

  it('does not name files of this machine for a page', async () => {
    const token = await session();
    const headers = [`Authorization: Bearer ${token}`, JSON_TYPE];
    await expectCode({ method: 'POST', path: '/owner/imports', headers, body: '{"path":"/etc"}' }, 'not_found');
  });

  it('says nothing of a fault but that it is one', async () => {
    const answer = await send({
      method: 'POST',
      path: '/owner/session',
      headers: [JSON_TYPE],
      body: '{"passphrase":"boom"}',
    });
    expectProblem(answer, 'internal');
    expect(answer.body).not.toContain(SECRET);
    expect(faults).toHaveLength(1);
  });

  it('slows down guessing', async () => {
    const guess: Sent = {
      method: 'POST',
      path: '/owner/session',
      headers: [JSON_TYPE],
      body: '{"passphrase":"guess"}',
    };
    let answer = await send(guess);
    for (let attempt = 0; attempt < 3 && answer.status === 401; attempt++) answer = await send(guess);
    expectProblem(answer, 'too_many_attempts');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('a socket', () => {
  it('asks for its token on every request', async () => {
    const path = join(folder, 's');
    const token = 'a'.repeat(43);
    await using stack = new AsyncDisposableStack();
    stack.use(await listen({ path }, () => socketDoor(token), api.handleLocal));
    const ask = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ socketPath: path, path: '/owner/status', headers }, (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
        });
        outgoing.on('error', reject).end();
      });
    expect(await ask({ host: 'app', [SOCKET_TOKEN_HEADER]: token })).toBe(200);
    expect(await ask({ host: 'app' })).toBe(401);
    expect(await ask({ host: 'app', [SOCKET_TOKEN_HEADER]: 'b'.repeat(43) })).toBe(401);
    expect(await ask({ host: 'app', [SOCKET_TOKEN_HEADER]: token.slice(1) })).toBe(401);
    expect(await ask({ host: `127.0.0.1:${port}`, [SOCKET_TOKEN_HEADER]: token })).toBe(421);
  });
});
