import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileFetcher } from './fetch-file.ts';

let server: Server;
let port: number;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/file') response.end('0123456789');
    else if (request.url === '/elsewhere') response.writeHead(302, { location: 'http://127.0.0.1:1/x' }).end();
    else response.writeHead(request.url === '/broken' ? 500 : request.url === '/hidden' ? 403 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const text = async (path: string, maxBytes = 100): Promise<string | null> => {
  const bytes = await createFileFetcher('test')(`http://127.0.0.1:${port}${path}`, maxBytes);
  return bytes === null ? null : Buffer.from(bytes).toString();
};

test('fetches from this machine where the address says so; what isn’t there is null', async () => {
  expect(await text('/file')).toBe('0123456789');
  expect(await text('/missing')).toBeNull();
  expect(await text('/hidden')).toBeNull();
  await expect(text('/broken')).rejects.toMatchObject({ code: 'fetch_failed' });
});

test('takes no more than it was told, and isn’t led elsewhere on this machine', async () => {
  await expect(text('/file', 9)).rejects.toMatchObject({ code: 'fetch_failed' });
  await expect(text('/elsewhere')).rejects.toMatchObject({ code: 'address_refused' });
});

test('a name that leads to this machine or a private network is refused, and plain http elsewhere', async () => {
  const before = asked.length;
  const to = (address: string) => createFileFetcher('test', async () => [{ address, family: 4 }]);
  await expect(to('127.0.0.1')(`https://repo.example:${port}/file`, 100)).rejects.toMatchObject({
    code: 'address_refused',
  });
  await expect(to('10.0.0.1')('https://repo.example/file', 100)).rejects.toMatchObject({ code: 'address_refused' });
  await expect(to('93.184.216.34')('http://repo.example/file', 100)).rejects.toMatchObject({ code: 'address_invalid' });
  expect(asked.length).toBe(before);
});
