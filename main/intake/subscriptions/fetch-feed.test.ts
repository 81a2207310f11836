import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchFeed, type FetchAnswer, type FetchPowers } from './fetch-feed.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Resolves as told; a name given twice answers differently the second time. */
function powers(names: Record<string, string[][]> = {}): FetchPowers {
  return {
    resolve(hostname) {
      const answers = names[hostname] ?? [];
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next === undefined) return Promise.reject(new Error('ENOTFOUND'));
      return Promise.resolve(next.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
    now: () => 0,
  };
}

function get(url: string, allowLoopback = true, more: object = {}, world = powers()): Promise<FetchAnswer> {
  return fetchFeed({ url, allowLoopback, etag: null, lastModified: null, ...more }, world);
}

describe('fetchFeed', () => {
  test('gives the answer, unpacked, with what to ask next time', async () => {
    const port = await serve((_, answer) => {
      answer.setHeader('content-type', 'text/xml; charset="iso-8859-1"');
      answer.setHeader('content-encoding', 'gzip');
      answer.setHeader('etag', '"1"');
      answer.end(gzipSync('<rss/>'));
    });
    const answer = await get(`http://127.0.0.1:${port}/`);
    expect(answer).toMatchObject({ kind: 'fetched', charset: 'iso-8859-1', etag: '"1"', lastModified: null });
    if (answer.kind === 'fetched') expect(Buffer.from(answer.bytes).toString()).toBe('<rss/>');
  });

  test('asks with what it was told last time', async () => {
    const port = await serve((request, answer) => {
      const isSame = request.headers['if-none-match'] === '"1"' && request.headers['if-modified-since'] === 'then';
      answer.writeHead(isSame ? 304 : 200).end();
    });
    expect(await get(`http://127.0.0.1:${port}/`, true, { etag: '"1"', lastModified: 'then' })).toEqual({
      kind: 'unchanged',
    });
  });

  test('refuses loopback unless the owner said so, before anything is sent', async () => {
    let asked = 0;
    const port = await serve((_, answer) => {
      asked++;
      answer.end();
    });
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'inside.example']) {
      const world = powers({ 'inside.example': [['127.0.0.1']] });
      await expect(get(`http://${host}:${port}/`, false, {}, world)).rejects.toMatchObject({ code: 'address_refused' });
    }
    expect(asked).toBe(0);
  });

  test('refuses a name with one bad address among good ones', async () => {
    const world = powers({ 'mixed.example': [['93.184.216.34', '10.0.0.1']] });
    await expect(get('http://mixed.example/', true, {}, world)).rejects.toMatchObject({ code: 'address_refused' });
  });

  test('connects to what was checked: a name that changes its mind is asked once', async () => {
    const port = await serve((_, answer) => answer.end('<rss/>'));
    const names = { 'rebind.example': [['127.0.0.1'], ['169.254.169.254']] };
    expect(await get(`http://rebind.example:${port}/`, true, {}, powers(names))).toMatchObject({ kind: 'fetched' });
    expect(names['rebind.example']).toHaveLength(1);
  });

  test('checks each redirect: loopback is allowed for the owner’s own address only', async () => {
    const inner = await serve((_, answer) => answer.end('secret'));
    const port = await serve((request, answer) => {
      const to = request.url === '/self' ? '/end' : request.url === '/end' ? null : `http://127.0.0.1:${inner}/`;
      if (to === null) answer.end('<rss/>');
      else answer.writeHead(302, { location: to }).end();
    });
    expect(await get(`http://127.0.0.1:${port}/self`)).toMatchObject({
      kind: 'fetched',
      url: `http://127.0.0.1:${port}/end`,
    });
    await expect(get(`http://127.0.0.1:${port}/other`)).rejects.toMatchObject({ code: 'address_refused' });
  });

  test.each(['file:///etc/passwd', 'ftp://x.example/', 'http://user:pass@x.example/'])(
    'a redirect to %s',
    async (location) => {
      const port = await serve((_, answer) => answer.writeHead(301, { location }).end());
      await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'address_invalid' });
    },
  );

  test('gives up on a ring of redirects', async () => {
    const port = await serve((_, answer) => answer.writeHead(302, { location: '/again' }).end());
    await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'fetch_failed' });
  });

  test('gives up on what is too large, also when packed small', async () => {
    const port = await serve((_, answer) => {
      answer.setHeader('content-encoding', 'gzip');
      answer.end(gzipSync(Buffer.alloc(20 * 1024 * 1024)));
    });
    await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'fetch_failed' });
  });

  test.each([
    [410, { kind: 'gone' }],
    [503, { kind: 'busy', retryMs: 120_000 }],
  ])('status %i', async (status, expected) => {
    const port = await serve((_, answer) => answer.writeHead(status, { 'retry-after': '120' }).end());
    expect(await get(`http://127.0.0.1:${port}/`)).toEqual(expected);
  });

  test('a broken answer, an error, no such host', async () => {
    const port = await serve((request, answer) => {
      if (request.url === '/404') answer.writeHead(404).end();
      else answer.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
    });
    for (const url of [
      `http://127.0.0.1:${port}/404`,
      `http://127.0.0.1:${port}/`,
      'http://nowhere.example/',
      'http://127.0.0.1:1/',
    ]) {
      await expect(get(url)).rejects.toMatchObject({ code: 'fetch_failed' });
    }
  });
});
