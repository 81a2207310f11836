/** Repositories as their owner meets them, over the owner API of a real locker: what is refused, and in which words. */
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addPublisher,
  beginRepository,
  packFolder,
  publishRepository,
  renewRepository,
  revokeIn,
  rootFingerprint,
  signInto,
} from '../../main/authoring/index.ts';
import { temporaryFolder } from '../../main/core/testing.ts';
import { openStore, STORE_FILE } from '../../main/store/index.ts';
import { openVault } from '../../main/vault/index.ts';
import { feed as words } from '../../renderer/messages/en/feed.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { startLocker, type DrivenLocker } from './driven-locker.ts';

const ID = 'com.example.bare-links';
const EXAMPLE = join(import.meta.dirname, '../../examples/algorithm/bare-links');
const YEAR_MS = 365.25 * 86_400_000;

type Kept = Parameters<typeof publishRepository>[0];

/** The example in another version that hides posts above a length, and reads it. */
function hidingLong(bytes: string, version: string, chars: number): string {
  const packed = JSON.parse(bytes) as { manifest: { version: string; needs: { post: string[] } } };
  packed.manifest.version = version;
  packed.manifest.needs.post.push('chars');
  const code = `module.exports = { decide: ({ n, u32 }) => {
    const row = Uint32Array.from({ length: n }, (_, at) => at).filter((at) => u32.chars[at] > ${chars});
    return { row, severity: new Uint8Array(row.length).fill(3), target: new Uint8Array(row.length),
      reason: new Uint16Array(row.length), args: new Float64Array(row.length * 2) };
  } };`;
  return JSON.stringify({ ...packed, code, vectors: [] });
}

let home: Awaited<ReturnType<typeof temporaryFolder>>;
let kept: Kept;
let bytes: string;
let locker: DrivenLocker;
let from: string;
const server = createServer((request, response) => {
  readFile(join(kept.repository, decodeURIComponent(request.url ?? ''))).then(
    (file) => response.end(file),
    () => response.writeHead(404).end(),
  );
});
const town = (): string => join(home.path, 'town');

async function makeRepository(name: string): Promise<void> {
  kept = { repository: join(home.path, name), keys: join(home.path, `${name}-keys`), now: Date.now };
  await beginRepository(kept, 1, 1);
  await addPublisher(kept, 'example', 'com.example', null);
  await offer(bytes);
}
async function offer(packed: string): Promise<void> {
  await signInto(kept, 'example', packed);
  await publishRepository(kept);
}
const refresh = async (): Promise<unknown> => locker.call(ROUTES.refreshRepository, { params: { id: from } });
const page = async (version?: string) =>
  locker.call(ROUTES.packagePage, {
    params: { repository: from, id: ID },
    query: version === undefined ? {} : { version },
  });
async function install(more: { version?: string; readsMore?: boolean } = {}): Promise<unknown> {
  const { version, hash } = await page(more.version);
  const body = { version, hash, older: false, readsMore: more.readsMore ?? false };
  return locker.call(ROUTES.installPackage, { params: { repository: from, id: ID }, body });
}
async function useIt(): Promise<void> {
  const mix = await locker.call(ROUTES.getMix);
  const entry = { entry: 'example', algorithm: ID, enabled: true, weight: 1, settings: {} };
  const others = mix.entries.filter(({ algorithm }) => algorithm !== ID);
  await locker.call(ROUTES.saveMix, { body: { ...mix, entries: [...others, entry] } });
}

beforeAll(async () => {
  home = await temporaryFolder();
  ({ bytes } = await packFolder(EXAMPLE));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  locker = await startLocker(town(), ['--sample']);
}, 120_000);
afterAll(async () => {
  await locker[Symbol.asyncDispose]();
  server.close();
  await home[Symbol.asyncDispose]();
});

let count = 0;
beforeEach(async () => {
  await makeRepository(`repository-${count++}`);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = { address, name: 'Example', fingerprint: await rootFingerprint(kept.repository) };
  ({ id: from } = await locker.call(ROUTES.addRepository, { body }));
});
afterEach(async () => {
  await locker.call(ROUTES.removeRepository, { params: { id: from } });
  await locker.call(ROUTES.removeAlgorithm, { params: { id: ID } }).catch(() => undefined);
});

async function tamper(part: string, pattern: RegExp, change: (text: string) => string): Promise<() => Promise<void>> {
  const names = await readdir(join(kept.repository, part), { recursive: true });
  const path = join(kept.repository, part, names.find((name) => pattern.test(name)) ?? '');
  const before = await readFile(path, 'utf8');
  expect(change(before)).not.toBe(before);
  await writeFile(path, change(before));
  return () => writeFile(path, before);
}

describe('what was tampered with', () => {
  test('a package is refused, and the right one is installed afterwards', async () => {
    const mend = await tamper('targets', /\.json$/, (text) => text.replace('"MIT"', '"BSD"'));
    await expect(page()).rejects.toMatchObject({
      code: 'repository_invalid',
      title:
        'The repository’s information does not hold together: it was damaged or changed. Nothing was taken from it.',
      detail: expect.stringContaining('hash') as string,
    });
    await mend();
    expect(await install()).toEqual({ id: ID, version: '1.0.0' });
  });

  test('metadata are refused, what was verified before stays, and the repository shows its problem', async () => {
    const mend = await tamper('metadata', /^timestamp\.json$/, (text) =>
      text.replace(/"version": \d+/, '"version": 99'),
    );
    await expect(refresh()).rejects.toMatchObject({
      code: 'repository_unsigned',
      title: 'The repository’s information is not signed by enough of the keys it must be signed by.',
    });
    const { items } = await locker.call(ROUTES.repositories);
    expect(items.find(({ id }) => id === from)).toMatchObject({ problem: 'repository_unsigned', packages: 1 });
    await mend();
    await refresh();
  });

  test('an older state is refused', async () => {
    const path = join(kept.repository, 'metadata/timestamp.json');
    const old = await readFile(path);
    await renewRepository(kept);
    await refresh();
    await writeFile(path, old);
    await expect(refresh()).rejects.toMatchObject({
      code: 'repository_rolled_back',
      title: 'The repository offers an older state than it did before. Nothing was taken from it.',
    });
  });

  test('stored code is not run, and the feed comes without it and says so', async () => {
    await install();
    await useIt();
    expect((await locker.call(ROUTES.makeFeed, { body: {} })).notices).toEqual([]);
    expect(await locker.stop()).toBe(0);
    const passphrase = /The sample’s passphrase: (\S+)/.exec(locker.command.output())?.[1] ?? '';
    await changeStored(passphrase);
    await locker[Symbol.asyncDispose]();
    locker = await startLocker(town());
    await locker.unlock(passphrase);
    const feed = await locker.call(ROUTES.makeFeed, { body: {} });
    expect(feed.notices).toMatchObject([{ algorithm: ID, problem: 'tampered' }]);
    expect(words['notice.tampered']).toBe('The stored code of “{name}” was changed. It is not run.');
    expect(feed.items.length).toBeGreaterThan(0);
    await expect(locker.call(ROUTES.algorithmSource, { params: { id: ID } })).rejects.toMatchObject({
      code: 'algorithm_tampered',
      title: 'The stored code of that algorithm was changed and is not run.',
    });
  }, 120_000);
});

/** As somebody with the passphrase and the file would: other code under the hash that was installed. */
async function changeStored(passphrase: string): Promise<void> {
  await using vault = openVault({ dataFolder: town() });
  await vault.unlock({ passphrase });
  await using store = await openStore({ file: join(town(), STORE_FILE), key: vault.key('store') });
  const [row] = await store.read('market.packages', { ids: [ID] });
  if (row === undefined) throw new Error('not installed');
  const { id, hash, tier, repository } = row;
  const changed = row.package.replace('"MIT"', '"BSD"');
  expect(changed).not.toBe(row.package);
  await store.write('market.put', { id, version: '1.0.0', hash, tier, package: changed, origin: repository });
}

describe('an update', () => {
  test('is compared with what is installed, over the same posts, before the owner agrees', async () => {
    await install();
    await useIt();
    await offer(hidingLong(bytes, '1.1.0', 60));
    await refresh();
    const params = { repository: from, id: ID };
    const found = await locker.call(ROUTES.compareUpdate, { params, body: { version: '1.1.0' } });
    const mix = await locker.call(ROUTES.getMix);
    expect(found).toMatchObject({
      from: '1.0.0',
      to: '1.1.0',
      mix: mix.name,
      problems: { from: null, to: null },
      lostSettings: [],
      page: 20,
    });
    expect(found.turned).toBeLessThan(0.5);
    expect(found.hidden.count).toBeGreaterThan(0);
    expect(found.hidden.items.every(({ text, boostOf }) => text.length > 60 || boostOf !== null)).toBe(true);
    expect(found.hiddenPeople[0]?.posts).toBeGreaterThan(0);
    expect(found.stayed + found.came.count).toBe(20);
    // Nothing happened yet; and what then happens is what was said.
    const before = await locker.call(ROUTES.makeFeed, { body: {} });
    expect((await page()).newReads).toEqual(['how long a post is']);
    await expect(install()).rejects.toMatchObject({ code: 'algorithm_reads_more' });
    await install({ readsMore: true });
    const after = await locker.call(ROUTES.makeFeed, { body: {} });
    expect(after.hidden - before.hidden).toBe(found.hidden.count - found.freed.count);
    const again = await locker.call(ROUTES.compareUpdate, { params, body: { version: '1.0.0' } });
    expect(again).toMatchObject({ from: '1.1.0', to: '1.0.0', freed: { count: found.hidden.count } });
  });

  test('of what is not installed is none', async () => {
    const asked = locker.call(ROUTES.compareUpdate, {
      params: { repository: from, id: ID },
      body: { version: '1.0.0' },
    });
    await expect(asked).rejects.toMatchObject({ code: 'algorithm_not_found' });
  });
});

describe('what was taken back', () => {
  test('stops at the next refresh, with the reason, and runs on where the owner says so', async () => {
    await install();
    await useIt();
    await revokeIn(kept, bytes, 'It marks too much.');
    expect((await locker.call(ROUTES.makeFeed, { body: {} })).notices).toEqual([]);
    await refresh();
    const feed = await locker.call(ROUTES.makeFeed, { body: {} });
    expect(feed.notices).toMatchObject([{ algorithm: ID, problem: 'revoked' }]);
    expect(words['notice.revoked']).toBe(
      '“{name}” was taken back by its repository and is not run. Algorithms says why.',
    );
    await expect(install()).rejects.toMatchObject({ code: 'algorithm_revoked', detail: 'It marks too much.' });
    await locker.call(ROUTES.overrideAlgorithm, { params: { id: ID }, body: { run: true } });
    expect((await locker.call(ROUTES.makeFeed, { body: {} })).notices).toEqual([]);
  });
});

describe('what came with the app', () => {
  /** A locker whose clock is ahead, and what it connected to. */
  async function aheadBy(
    years: number,
    folder: string,
    work: (later: DrivenLocker) => Promise<void>,
  ): Promise<string[]> {
    const log = join(home.path, `connections-${years}`);
    await writeFile(log, '');
    const changed = {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'other-clock.mjs')}`,
      TEST_CLOCK_AHEAD_MS: String(years * YEAR_MS),
      TEST_CONNECTIONS: log,
    };
    Object.assign(process.env, changed);
    try {
      await using later = await startLocker(folder, ['--sample']);
      await work(later);
    } finally {
      for (const name of Object.keys(changed)) Reflect.deleteProperty(process.env, name);
    }
    return (await readFile(log, 'utf8')).split('\n').filter((host) => host !== '');
  }

  test('is installed with the clock nine years ahead, and nothing outside is asked', async () => {
    const connections = await aheadBy(9, join(home.path, 'later'), async (later) => {
      const { items } = await later.call(ROUTES.algorithms);
      expect(items.filter(({ tier }) => tier === 'fast').length).toBeGreaterThanOrEqual(17);
      const feed = await later.call(ROUTES.makeFeed, { body: {} });
      expect(new Date(feed.now).getUTCFullYear()).toBeGreaterThan(new Date().getUTCFullYear() + 7);
      expect(feed.notices).toEqual([]);
      expect(feed.items.length).toBeGreaterThan(0);
    });
    expect(connections).toEqual([]);
  }, 120_000);
});
