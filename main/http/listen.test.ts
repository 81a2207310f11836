import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { answerUnreadable, listen, loopbackDoor } from './listen.ts';

const TOO_SLOW = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/** What a client reads on a connection that took too long, after it has sent `sent`. */
async function readAfter(sent: string): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect(port, '127.0.0.1');
  const [socket] = await accepted;
  if (sent !== '') {
    client.write(sent);
    await once(socket, 'data');
  }
  answerUnreadable(TOO_SLOW, socket);
  const read = await text(client);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return read;
}

test('a request that never gets whole is told so', async () => {
  expect(await readAfter('GET / HTTP/1.1\r\nHost: ')).toMatch(/^HTTP\/1\.1 503 .*"code":"timeout"/s);
});

test('a connection that was opened ahead of need gets nothing that could be taken for an answer', async () => {
  expect(await readAfter('')).toBe('');
});

test('connections beyond those that a listener takes are closed at once, and it takes new ones when others go', async () => {
  const handle: Parameters<typeof listen>[2] = (_request, response) => void response.end('here');
  await using listening = await listen({ port: 0, host: '127.0.0.1' }, (port) => loopbackDoor(port ?? 0), handle, {
    maxConnections: 2,
  });
  const port = listening.port ?? 0;
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const held = [await open(), await open()];
  const third = await open();
  await once(third, 'close');
  expect(held.map(({ closed }) => closed)).toEqual([false, false]);
  held[0]?.destroy();
  const answered = (): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } }).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(answered).toBe(200);
  held[1]?.destroy();
});
