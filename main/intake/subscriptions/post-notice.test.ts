import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createNoticePoster, type NoticeRequest } from './post-notice.ts';

async function listening(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<AsyncDisposable & { readonly origin: string; readonly port: number; asked(): number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const OPEN = new AbortController().signal;

function notice(url: string, allowLoopback: boolean): NoticeRequest {
  return {
    url,
    headers: { 'content-type': 'application/json', signature: 'x' },
    body: '{"kind":"limited"}',
    allowLoopback,
    signal: OPEN,
  };
}

test('posts to a program on this computer where that is allowed, and to none otherwise', async () => {
  let got = '';
  await using server = await listening((request, response) => {
    request.on('data', (piece: Buffer) => (got += piece.toString()));
    request.on('end', () => response.writeHead(request.headers['signature'] === 'x' ? 202 : 400).end('thanks'));
  });
  expect(await createNoticePoster()(notice(`${server.origin}/hook`, true))).toBe(202);
  expect(got).toBe('{"kind":"limited"}');
  await expect(createNoticePoster()(notice(`${server.origin}/hook`, false))).rejects.toMatchObject({
    code: 'address_invalid',
  });
  await expect(createNoticePoster()(notice(`https://127.0.0.1:${server.port}/`, false))).rejects.toMatchObject({
    code: 'address_refused',
  });
  expect(server.asked()).toBe(1);
});

test('follows no redirect, and does not wait for a body that never ends', async () => {
  await using server = await listening((request, response) => {
    if (request.url === '/move') response.writeHead(307, { location: '/hook' }).end();
    else response.writeHead(200).write('endless');
  });
  expect(await createNoticePoster()(notice(`${server.origin}/move`, true))).toBe(307);
  expect(await createNoticePoster()(notice(`${server.origin}/hook`, true))).toBe(200);
  expect(server.asked()).toBe(2);
});

test('a webhook that does not answer is given up', async () => {
  await using server = await listening(() => undefined);
  await expect(createNoticePoster(undefined, 50)(notice(`${server.origin}/`, true))).rejects.toMatchObject({
    code: 'fetch_failed',
  });
});

test('a name that leads to this computer or a private network is refused, also among good addresses', async () => {
  await using server = await listening((_, response) => response.end());
  const answers = [
    [{ address: '127.0.0.1', family: 4 }],
    [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ],
    [],
  ];
  const post = createNoticePoster(async () => answers.shift() ?? []);
  for (let round = 0; round < 3; round++) {
    await expect(post(notice(`https://rebind.example:${server.port}/`, false))).rejects.toMatchObject({
      code: 'address_refused',
    });
  }
  expect(server.asked()).toBe(0);
});

test.each(['ftp://a.example/', 'http://a.example/hook', 'https://user:pass@a.example/', 'nonsense address'])(
  '%s is no webhook',
  async (url) => {
    await expect(createNoticePoster(async () => [])(notice(url, false))).rejects.toMatchObject({
      code: 'address_invalid',
    });
    if (url.startsWith('http:')) {
      await expect(createNoticePoster(async () => [])(notice(url, true))).rejects.toMatchObject({
        code: 'address_invalid',
      });
    }
  },
);
