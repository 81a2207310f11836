import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { RunOptions, Running } from './running.ts';
import { locker, OPEN_LINE, temporaryFolder } from './testing.ts';
import { runHere } from './testing/run-here.ts';

function start(folder: string, services: RunOptions['services'], notes: string[] = []): Promise<Running> {
  return runHere(folder, null, [], { services, log: { note: (line) => notes.push(line), fault: () => {} } });
}

test('a locker that is locked tells services so, on their own port', async () => {
  await using folder = await temporaryFolder();
  await using running = await start(folder.path, { port: 0, origin: null });
  expect(running.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const path of ['/oauth/par', '/v1/records/social.post?clause=a', '/.well-known/oauth-authorization-server']) {
    const answer = await fetch(`${running.issuer ?? ''}${path}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(await answer.json()).toMatchObject({ code: 'locked' });
  }
  // The owner's routes are not there, and the host is checked before anything else.
  expect((await fetch(`${running.issuer ?? ''}/owner/status`)).status).toBe(503);
  expect((await fetch(`${(running.issuer ?? '').replace('127.0.0.1', 'localhost')}/`)).status).toBe(421);
});

test('no services: no port', async () => {
  await using folder = await temporaryFolder();
  await using running = await start(folder.path, null);
  expect(running).toMatchObject({ issuer: null, serviceProblem: null });
});

test('behind a proxy the locker answers to the proxy’s name only', async () => {
  await using folder = await temporaryFolder();
  await using running = await start(folder.path, { port: 0, origin: 'https://locker.example' });
  expect(running.issuer).toBe('https://locker.example');
});

test('a port that is taken keeps services out and nothing else, and it is said', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using folder = await temporaryFolder();
  await using command = locker([
    'start',
    '--data',
    folder.path,
    '--port',
    '0',
    '--no-open',
    '--service-port',
    String(port),
  ]);
  const [, origin = ''] = await command.says(OPEN_LINE);
  await command.says(new RegExp(`Another program is using port ${port}, so services cannot reach this locker`));
  expect((await fetch(`${origin}/owner/status`)).status).toBe(200);
  expect(command.errors()).toContain('port_in_use');
  other.close();
});
