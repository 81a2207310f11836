import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type CorePowers,
  type CoreProcess,
  coreCommand,
  coreEnvironment,
  corePowers,
  createForwarder,
  startCore,
} from './index.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import type { CoreEvent } from '../../protocol/shell.ts';

/** The shell's own code around the real core: all of the desktop but its window. */
const project = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-desktop-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Desktop extends AsyncDisposable {
  readonly core: CoreProcess;
  readonly events: CoreEvent[];
  exitCode(): number | null | undefined;
  /** The launch link of the `count`th time the core said it is open. */
  opened(count: number): Promise<string>;
  fetch(method: string, path: string, body?: unknown, session?: string): Promise<Response>;
}

function desktop(): Desktop {
  const socket = join(folder, 's');
  const token = randomBytes(32).toString('base64url');
  const command = coreCommand({ platform: process.platform, arch: process.arch, resources: null, project });
  const env = coreEnvironment({ HOME: folder, TMPDIR: process.env['TMPDIR'] }, 'Europe/Lisbon');
  const real = corePowers({ ...command, socket, options: ['--data', join(folder, 'data')], env });
  let code: number | null | undefined;
  const powers: CorePowers = {
    ...real,
    spawn() {
      const child = real.spawn();
      child.onExit((exit) => (code = exit));
      return child;
    },
  };
  const events: CoreEvent[] = [];
  const core = startCore(powers, { token, keychainAvailable: false, keychain: null }, (event) => events.push(event));
  const forward = createForwarder({ socket, token });
  return {
    core,
    events,
    exitCode: () => code,
    async opened(count) {
      const opens = (): CoreEvent[] => events.filter(({ event }) => event === 'open');
      await vi.waitFor(() => expect(opens()).toHaveLength(count), { timeout: 30_000 });
      const last = opens().at(-1);
      return last?.event === 'open' ? last.path : '';
    },
    fetch: (method, path, body, session) =>
      forward(
        new Request(`locker://app${path}`, {
          method,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(session !== undefined && { authorization: `Bearer ${session}` }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
    [Symbol.asyncDispose]: () => core[Symbol.asyncDispose](),
  };
}

async function sessionOf(window: Desktop, path: string): Promise<string> {
  const launch = path.slice(path.indexOf('=') + 1);
  const response = await window.fetch('POST', '/owner/session', { launch });
  expect(response.status).toBe(200);
  return ROUTES.openSession.answer.parse(await response.json()).token;
}

it('first run, a feed, lock and quit, over the shell’s own channel and handler', async () => {
  await using window = desktop();
  const linked = await sessionOf(window, await window.opened(1));
  expect(await (await window.fetch('GET', '/owner/status')).json()).toMatchObject({ state: 'new', problem: null });

  const made = await window.fetch('POST', '/owner/locker', { passphrase: 'nine grey herons wait' }, linked);
  expect(made.status).toBe(200);
  const { token: session } = ROUTES.createLocker.answer.parse(await made.json());

  const feed = await window.fetch('POST', '/owner/feeds', {}, session);
  expect(feed.status).toBe(200);
  expect(ROUTES.makeFeed.answer.parse(await feed.json()).total).toBe(0);

  const page = await window.fetch('GET', '/');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );

  window.core.send({ command: 'lock' });
  await vi.waitFor(async () => {
    expect((await window.fetch('GET', '/owner/mix', undefined, session)).status).toBe(401);
  });
  window.core.send({ command: 'link' });
  const again = await sessionOf(window, await window.opened(2));
  expect((await window.fetch('GET', '/owner/mix', undefined, again)).status).toBe(200);

  await window[Symbol.asyncDispose]();
  expect(await window.core.ended).toBe('quit');
  expect(window.exitCode()).toBe(0);
  expect(await readdir(folder)).toEqual(['data']);
});

it('a core that can’t have the folder says why, and ends', async () => {
  await using first = desktop();
  await first.opened(1);
  await rm(join(folder, 's'));
  await using second = desktop();
  expect(await second.core.ended).toBe('crashed');
  expect(second.events).toEqual([{ event: 'problem', code: 'store_busy' }]);
  expect(second.exitCode()).toBe(1);
});
