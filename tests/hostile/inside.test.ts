import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import { request } from './programs.ts';
import { ATTEMPTS } from './probe.mjs';

const names = Object.keys(ATTEMPTS);

async function whatWorks(host: SandboxHost, tier: 'fast' | 'hardened', port: number): Promise<string[]> {
  const base = request(tier, 'score', 'unused', 20_000);
  const result = await host.run({ ...base, ctx: { ...base.ctx, now: port } });
  if (!result.ok) throw new Error(`the probe ended with ${result.reason}`);
  return names.filter((_, row) => result.out.score[row] === 1);
}

const ALL_WALLS =
  process.platform === 'linux' ? (['bubblewrap', 'unshare', 'none'] as const) : (['best', 'none'] as const);

describe.each(ALL_WALLS)('inside the sandbox process, wall: %s', (wall) => {
  let server: Server;
  let port: number;
  let host: SandboxHost;
  beforeAll(async () => {
    server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    host = createSandboxHost({ program: { entry: join(import.meta.dirname, 'probe.mjs') }, wall });
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    server.close();
  });

  it.for(['fast', 'hardened'] as const)('nothing of what it tries works in the %s tier', async (tier, { skip }) => {
    if (!(await host.ready())) return skip();
    const worked = await whatWorks(host, tier, port);
    // Only a wall of the system stops signals to other processes of the same user.
    expect(worked).toEqual(host.level().wall === 'none' ? ['signal core'] : []);
  });

  it('leaves nothing behind', () => {
    const left = ['written', 'folder', 'sqlite', 'socket'].map((name) => `/tmp/locker-probe-${name}`);
    expect(left.filter((file) => existsSync(file))).toEqual([]);
  });
});

describe('outside of it', () => {
  it('the same attempts do work', async () => {
    expect(await ATTEMPTS['read a file of the system']?.(0)).toBe(true);
    expect(await ATTEMPTS['start a shell']?.(0)).toBe(true);
    expect(await ATTEMPTS['listen on a port']?.(0)).toBe(true);
  });
});
