import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { createJsonServer, listen, loopbackDoor, requireContentType, type Listening } from './index.ts';
import { LEFT_BYTES } from './linger.ts';

const MEBIBYTE = 1024 * 1024;
const CHUNK = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`);

let app: FastifyInstance;
let listening: Listening;
let handled = 0;

beforeAll(async () => {
  app = createJsonServer({ unrouted: () => new LockerError('not_found'), onFault: () => undefined });
  app.post('/json', async () => {
    handled++;
    return { taken: true };
  });
  app.route({
    method: 'POST',
    url: '/refused',
    onRequest: async (request) => requireContentType(request.raw, 'application/octet-stream'),
    handler: async () => ({}),
  });
  app.get('/small', async () => {
    handled++;
    return {};
  });
  await app.ready();
  const door = (port: number | null): ReturnType<typeof loopbackDoor> => loopbackDoor(port ?? 0);
  listening = await listen({ port: 0, host: '127.0.0.1' }, door, (request, response) => app.routing(request, response));
});
afterAll(async () => {
  await listening[Symbol.asyncDispose]();
  await app.close();
});

function head(path: string, ...more: string[]): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${listening.port}`,
    'Content-Type: application/json',
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A client that reads nothing yet. */
async function open(): Promise<Socket> {
  const port = listening.port ?? 0;
  // It does not end only because the other side did.
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
  socket.pause();
  await once(socket, 'connect');
  return socket;
}

/** Sends chunks until so many bytes are out or the connection is over; gives how many went. */
async function send(socket: Socket, bytes: number): Promise<number> {
  let sent = 0;
  for (; sent < bytes && !socket.destroyed; sent += CHUNK.length) {
    if (socket.write(CHUNK)) continue;
    await new Promise<void>((resolve) => {
      socket.once('drain', resolve).once('close', () => resolve());
    });
  }
  return sent;
}

test('who has sent too much before it reads is answered all the same', async () => {
  const socket = await open();
  socket.write(head('/json', 'Transfer-Encoding: chunked'));
  await send(socket, 4 * MEBIBYTE);
  socket.write('0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*"code":"too_large"/s);
});

test.each([
  ['a length', 'Content-Length: 5000000'],
  ['no length', 'Transfer-Encoding: chunked'],
])('who is refused before its body with %s is read is answered', async (_name, length) => {
  const socket = await open();
  socket.write(head('/json', 'Connection: close', length).replace('127.0.0.1', '127.0.0.2'));
  await send(socket, 4 * MEBIBYTE);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /);
});

test.each(['/json', '/refused'])('who goes on without end at %s is cut off', async (path) => {
  const socket = await open();
  socket.write(head(path, 'Transfer-Encoding: chunked'));
  // What the system holds on the way is in it.
  expect(await send(socket, 256 * MEBIBYTE)).toBeLessThan(LEFT_BYTES + 32 * MEBIBYTE);
});

test('who neither goes on nor ends is cut off in a short while', { timeout: 10_000 }, async () => {
  const socket = await open();
  socket.write(head('/json', 'Transfer-Encoding: chunked'));
  await send(socket, 2 * MEBIBYTE);
  let read = '';
  socket.setEncoding('utf8').on('data', (more: string) => (read += more));
  socket.resume();
  await once(socket, 'end');
  expect(read).toMatch(/^HTTP\/1\.1 413 .*"code":"too_large"/s);
  // The other side is gone, and says so to what still comes.
  while (!socket.destroyed) {
    socket.write('1\r\n \r\n');
    await delay(50);
  }
});

test('what comes after an answer that ended the connection is not done', async () => {
  const before = handled;
  const socket = await open();
  socket.write(head('/json', 'Transfer-Encoding: chunked'));
  await send(socket, 2 * MEBIBYTE);
  socket.write(`0\r\n\r\nGET /small HTTP/1.1\r\nHost: 127.0.0.1:${listening.port}\r\n\r\n`);
  const read = await text(socket);
  expect(read.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(handled).toBe(before);
});

test('a body that is refused and ends soon costs no connection', async () => {
  const socket = await open();
  socket.write(head('/refused', 'Transfer-Encoding: chunked'));
  await send(socket, MEBIBYTE);
  socket.write(`0\r\n\r\n${head('/json', 'Connection: close', 'Content-Length: 2')}{}`);
  const read = await text(socket);
  expect(read).toMatch(/^HTTP\/1\.1 415 .*HTTP\/1\.1 200 .*"taken":true/s);
});
