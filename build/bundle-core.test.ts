import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stageResources } from './stage-resources.ts';
import { thisMachine } from './target.ts';

/** Far from the project, so that no package of it can be found. */
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-packaged-'));
  await stageResources(join(folder, 'resources'), thisMachine());
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function post(origin: string, path: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status, path).toBe(200);
  return response.json() as Promise<Record<string, unknown>>;
}

it('a packaged core makes a feed with nothing but its resources, and ends with 0', async () => {
  const child = spawn(
    process.execPath,
    [join(folder, 'resources/core/cli.js'), 'start', '--sample', '--no-open', '--port', '0', '--service-port', '0'],
    { cwd: folder, env: { HOME: folder, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  try {
    let link: URL | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /Data Locker is open at (\S+)/.exec(line)?.[1];
      if (address !== undefined) link = new URL(address);
      if (line.includes('passphrase:')) break;
    }
    expect(link, errors).toBeDefined();
    const { origin, hash } = link as URL;

    const page = await fetch(origin);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");

    const { token } = await post(origin, '/owner/session', { launch: hash.slice('#launch='.length) });
    const feed = await post(origin, '/owner/feeds', {}, token as string);
    expect(feed['total']).toBeGreaterThan(1000);
    expect(feed['notices']).toEqual([]);

    const system = await fetch(`${origin}/owner/system`, { headers: { authorization: `Bearer ${token as string}` } });
    expect(await system.json()).toMatchObject({
      version: (JSON.parse(await readFile('package.json', 'utf8')) as { version: string }).version,
      sandbox: { permission: true },
    });
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toEqual([0, null]);
  expect(errors).toBe('');
});

it('carries the licence of each package it holds, and no source map or source', async () => {
  const core = join(folder, 'resources/core');
  const licences = await readFile(join(core, 'LICENSES.txt'), 'utf8');
  for (const name of ['fastify', 'kysely', 'zod', 'isolated-vm', 'better-sqlite3-multiple-ciphers', '@atcute/cbor']) {
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+`, 'm'));
  }
  expect((await readdir(core)).filter((name) => !/\.js$|^LICENSES\.txt$|^package\.json$/.test(name))).toEqual([]);
});

it('the packaged reader for services loads within its walls, and says when it cannot open a file', async () => {
  const resources = join(folder, 'resources');
  const data = await mkdtemp(join(folder, 'data-'));
  const flags = ['--permission', '--allow-addons', `--allow-fs-read=${resources}`, `--allow-fs-read=${data}`];
  const child = spawn(process.execPath, [...flags, join(resources, 'core/service-reader-worker.js')], { env: {} });
  const first = Buffer.concat([Buffer.alloc(32), Buffer.from(join(data, 'nothing.db'))]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(first.length);
  child.stdin.end(Buffer.concat([length, first]));
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.subarray(4).toString()));
  await once(child, 'close');
  expect(JSON.parse(answer)).toMatchObject({
    ok: false,
    code: 'internal',
    cause: expect.stringContaining('SQLITE_CANTOPEN'),
  });
});
