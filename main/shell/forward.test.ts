import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SOCKET_TOKEN_HEADER } from '../../protocol/shell.ts';
import { createForwarder } from './index.ts';

let folder = '';
let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-shell-'));
  server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

describe('the window’s protocol handler', () => {
  it('passes method, path, query and body, adds the token, and drops what the page must not set', async () => {
    const seen: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
    handle = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
        response.writeHead(201, { 'content-type': 'application/json', connection: 'close' }).end('{"done":true}');
      });
    };
    const forward = createForwarder({ socket: join(folder, 's'), token: 'secret' });
    const response = await forward(
      new Request('locker://app/owner/acts?x=1', {
        method: 'POST',
        body: '{"act":"like"}',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer t',
          cookie: 'a=b',
          [SOCKET_TOKEN_HEADER]: 'forged',
        },
      }),
    );
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ done: true });
    expect(response.headers.has('connection')).toBe(false);
    expect(seen[0]?.line).toBe('POST /owner/acts?x=1');
    expect(seen[0]?.body).toBe('{"act":"like"}');
    expect(seen[0]?.headers).toMatchObject({ host: 'app', authorization: 'Bearer t', [SOCKET_TOKEN_HEADER]: 'secret' });
    expect(seen[0]?.headers['cookie']).toBeUndefined();
  });

  it('streams an answer as it comes, and ends it when the page turns away', async () => {
    const closed = Promise.withResolvers<void>();
    handle = (_request, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"progress":0.1}\n');
    };
    const forward = createForwarder({ socket: join(folder, 's'), token: 'secret' });
    const abort = new AbortController();
    const response = await forward(new Request('locker://app/owner/imports/1/progress', { signal: abort.signal }));
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('{"progress":0.1}\n');
    abort.abort();
    await closed.promise;
    await reader?.read().catch(() => undefined);
  });

  it('answers under the one name only, and asks nobody for another', async () => {
    let asked = 0;
    handle = (_request, response) => {
      asked++;
      response.end();
    };
    const forward = createForwarder({ socket: join(folder, 's'), token: 'secret' });
    for (const address of ['locker://other/owner/status', 'locker://app.other/', 'locker://app:80/owner/status']) {
      expect((await forward(new Request(address))).status, address).toBe(421);
    }
    expect(asked).toBe(0);
  });

  it('answers 502 when the core is not there', async () => {
    const forward = createForwarder({ socket: join(folder, 'nobody'), token: 'secret' });
    expect((await forward(new Request('locker://app/owner/status'))).status).toBe(502);
  });
});
