import { readdir, readFile, rm, writeFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Call, RunRequest, RunResult } from '../../protocol/sandbox-run.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import { createMarket, signBundle, type Market, type SandboxRunner } from './index.ts';
import { sha256 } from './package-bytes.ts';
import { makeFolderRepository, type FolderRepository } from './testing.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

interface About {
  post?: string[];
  text?: string;
  categories?: string[];
  name?: Record<string, string>;
}

function packageOf(id: string, version: string, about: About = {}): string {
  return JSON.stringify({
    manifest: {
      apiVersion: 1,
      id,
      version,
      kind: 'ranker',
      scope: 'slate',
      name: about.name ?? { en: `Name of ${id}` },
      summary: Object.fromEntries(Object.keys(about.name ?? { en: '' }).map((language) => [language, 'Sums up'])),
      license: 'MIT',
      source: 'https://ana.example',
      author: 'Ana',
      categories: about.categories ?? ['fresh'],
      needs: { post: about.post ?? ['ageHours'], text: about.text ?? 'none' },
      window: { maxAgeHours: null, maxItems: null },
      limits: { cpuMsPer1000: 5, memoryMb: 32 },
    },
    code: `module.exports = { score: () => 0 /* ${version} */ };`,
    vectors: [{ name: 'two', call: 'score', n: 2, post: { ageHours: [1, 2] }, expect: { score: [1, 2] } }],
    page: '# Page',
  });
}

/** Answers every score with the ages it was given. */
const sandbox: SandboxRunner & { requests: RunRequest[] } = {
  requests: [],
  run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
    this.requests.push(request);
    return Promise.resolve({ ok: true, out: { score: request.batch.f64.ageHours }, ms: 1 } as unknown as RunResult<C>);
  },
};

describe('a repository in a folder', () => {
  const id = 'com.ana.long';
  const one = packageOf(id, '1.0.0');
  let folder: string;
  let store: TestStore;
  let shop: Market;
  let repository: FolderRepository;
  let from: string;
  let clock = NOW;

  beforeEach(async () => {
    clock = NOW;
    sandbox.requests.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'locker-repository-'));
    store = await openTestStore();
    await signBundle(join(folder, 'shipped'), [], () => NOW);
    repository = await makeFolderRepository(join(folder, 'repository'), () => clock);
    await repository.offer(one);
    shop = createMarket({ store, sandbox, now: () => clock, shippedFolder: join(folder, 'shipped') });
    const place = { kind: 'folder', place: repository.folder } as const;
    from = (await shop.addRepository(place, 'Ana’s', await repository.fingerprint())).id;
  });

  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function install(version: string, more: { older?: boolean; readsMore?: boolean } = {}): Promise<void> {
    const { hash } = await shop.packagePage(from, id, version);
    await shop.installFrom(from, id, { version, hash, older: false, readsMore: false, ...more });
  }
  const version = async (): Promise<string | undefined> =>
    (await shop.installed()).find(({ manifest }) => manifest.id === id)?.manifest.version;

  test('is looked at, compared, and added once', async () => {
    const place = { kind: 'folder', place: repository.folder } as const;
    const look = await shop.lookAtRepository(place);
    expect(look).toMatchObject({ fingerprint: await repository.fingerprint(), threshold: 1, keys: 1 });
    expect(look.expiresAt).toBe(NOW + 730 * DAY_MS);
    await expect(shop.addRepository(place, 'x', 'b'.repeat(64))).rejects.toMatchObject({
      code: 'repository_unconfirmed',
    });
    await expect(shop.addRepository(place, 'x', look.fingerprint)).rejects.toMatchObject({ code: 'repository_exists' });
    expect((await shop.repositories()).map(({ name, packages, problem }) => [name, packages, problem])).toEqual([
      ['Data Locker', 0, null],
      ['Ana’s', 1, null],
    ]);
  });

  test('a package is looked at, installed in the hardened tier after its vectors agreed, and loaded', async () => {
    const page = await shop.packagePage(from, id);
    expect(page).toMatchObject({
      version: '1.0.0',
      hash: sha256(one),
      reads: ['how old a post is'],
      newReads: [],
      older: false,
      revoked: null,
      vectors: { count: 1, problem: null },
      page: '# Page',
      item: { repositoryName: 'Ana’s', installed: null },
    });
    expect(await version()).toBeUndefined();
    await install('1.0.0');
    expect(sandbox.requests.every(({ tier }) => tier === 'hardened')).toBe(true);
    expect(await shop.load(id)).toMatchObject({ tier: 'hardened', repository: from, revoked: null });
    expect((await shop.catalogue({ q: '' })).items[0]).toMatchObject({ id, installed: '1.0.0' });
  });

  test('what is installed is what was looked at', async () => {
    const act = { version: '1.0.0', hash: 'b'.repeat(64), older: false, readsMore: false };
    await expect(shop.installFrom(from, id, act)).rejects.toMatchObject({ code: 'algorithm_invalid' });
    expect(await version()).toBeUndefined();
  });

  test('an older version wants an explicit word, and so does one that reads more', async () => {
    await repository.offer(packageOf(id, '1.10.0'));
    await repository.offer(packageOf(id, '2.0.0', { post: ['ageHours', 'likes'], text: 'tokens' }));
    await install('1.10.0');
    await expect(install('1.0.0')).rejects.toMatchObject({ code: 'algorithm_older', detail: '1.0.0 after 1.10.0' });
    await install('1.0.0', { older: true });
    expect(await version()).toBe('1.0.0');
    const page = await shop.packagePage(from, id);
    expect(page).toMatchObject({ version: '2.0.0', older: false });
    expect(page.newReads).toHaveLength(2);
    await expect(install('2.0.0')).rejects.toMatchObject({ code: 'algorithm_reads_more' });
    await install('2.0.0', { readsMore: true });
    await repository.offer(packageOf(id, '2.1.0'));
    await install('2.1.0');
    expect(await version()).toBe('2.1.0');
  });

  test('a revoked package stops at the next refresh with its reason; the owner may run it nevertheless', async () => {
    await install('1.0.0');
    await repository.revoke(one, 'It sank posts by one person.');
    expect(await shop.load(id)).toMatchObject({ revoked: null });
    await shop.refreshRepositories();
    await expect(shop.load(id)).rejects.toMatchObject({
      code: 'algorithm_revoked',
      detail: 'It sank posts by one person.',
    });
    expect((await shop.cards())[0]?.revoked).toEqual({ reason: 'It sank posts by one person.', overridden: false });
    await expect(install('1.0.0')).rejects.toMatchObject({ code: 'algorithm_revoked' });
    await shop.override(id, true);
    expect(await shop.load(id)).toMatchObject({ revoked: { overridden: true } });
    await shop.override(id, false);
    await expect(shop.load(id)).rejects.toMatchObject({ code: 'algorithm_revoked' });
    await repository.offer(packageOf(id, '1.0.1'));
    await install('1.0.1');
    expect(await shop.load(id)).toMatchObject({ revoked: null });
  });

  test('only its own repository takes a package back', async () => {
    await install('1.0.0');
    const other = await makeFolderRepository(join(folder, 'other'), () => clock);
    await other.revoke(one, 'Because.');
    await shop.addRepository({ kind: 'folder', place: other.folder }, 'Other', await other.fingerprint());
    expect(await shop.load(id)).toMatchObject({ revoked: null });
  });

  test('an id that came from one repository isn’t taken over by another', async () => {
    await install('1.0.0');
    const other = await makeFolderRepository(join(folder, 'other'), () => clock);
    const evil = packageOf(id, '9.0.0');
    await other.offer(evil);
    const { id: second } = await shop.addRepository(
      { kind: 'folder', place: other.folder },
      'O',
      await other.fingerprint(),
    );
    const act = { version: '9.0.0', hash: sha256(evil), older: false, readsMore: false };
    await expect(shop.installFrom(second, id, act)).rejects.toMatchObject({ code: 'algorithm_invalid' });
    expect(await version()).toBe('1.0.0');
  });

  test('a publisher can’t speak for another’s ids, nor a package say it is another', async () => {
    await repository.offer(packageOf('org.bob.other', '1.0.0'));
    await shop.refreshRepository(from);
    expect((await shop.catalogue({ q: '' })).items.map((item) => item.id)).toEqual([id]);
    await expect(shop.packagePage(from, 'org.bob.other')).rejects.toMatchObject({ code: 'algorithm_not_offered' });
    const file = repository.builder.targets('ana').targets[`${id}/1.0.0.json`];
    if (file === undefined) throw new Error('no target');
    await repository.builder.addTarget('ana', `${id}/3.0.0.json`, Buffer.from(one), {
      ...file.custom,
      version: '3.0.0',
    });
    await repository.publish('ana', 'snapshot', 'timestamp');
    await shop.refreshRepository(from);
    await expect(shop.packagePage(from, id, '3.0.0')).rejects.toMatchObject({
      code: 'algorithm_invalid',
      detail: `says it is ${id} 1.0.0`,
    });
  });

  async function tamper(part: string, pattern: RegExp, change: (text: string) => string): Promise<void> {
    const names = await readdir(join(repository.folder, part), { recursive: true });
    const name = names.filter((one) => pattern.test(one)).at(-1);
    if (name === undefined) throw new Error('nothing to tamper with');
    const path = join(repository.folder, part, name);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  test('a changed package, changed metadata and changed stored code are refused', async () => {
    await tamper('targets', /1\.0\.0\.json$/, (text) => text.replace('=> 0', '=> 1'));
    await expect(install('1.0.0')).rejects.toMatchObject({
      code: 'repository_invalid',
      detail: expect.stringContaining('hash') as string,
    });
    await tamper('targets', /1\.0\.0\.json$/, (text) => text.replace('=> 1', '=> 0'));
    await install('1.0.0');
    await tamper('metadata', /^timestamp\.json$/, (text) => text.replace(/"version": \d+/, '"version": 99'));
    await expect(shop.refreshRepository(from)).rejects.toMatchObject({ code: 'repository_unsigned' });
    expect((await shop.repositories())[1]).toMatchObject({ problem: 'repository_unsigned', packages: 1 });
    expect(await version()).toBe('1.0.0');
    const row = { id, version: '1.0.0', hash: sha256(one), tier: 'hardened', origin: from } as const;
    await store.write('market.put', { ...row, package: one.replace('=> 0', '=> 1') });
    await expect(shop.load(id)).rejects.toMatchObject({ code: 'algorithm_tampered' });
  });

  test('high-water marks are in the store: after a restart an older state is still refused', async () => {
    const old = await readFile(join(repository.folder, 'metadata/timestamp.json'));
    await repository.offer(packageOf(id, '1.0.1'));
    await shop.refreshRepository(from);
    await writeFile(join(repository.folder, 'metadata/timestamp.json'), old);
    const reopened = createMarket({ store, sandbox, now: () => clock, shippedFolder: join(folder, 'shipped') });
    await expect(reopened.refreshRepository(from)).rejects.toMatchObject({ code: 'repository_rolled_back' });
    expect((await reopened.catalogue({ q: '' })).items[0]?.versions).toEqual(['1.0.1', '1.0.0']);
  });

  test('a clock behind what was signed installs nothing, and what is installed runs on', async () => {
    await install('1.0.0');
    await repository.offer(packageOf(id, '1.0.1'));
    await shop.refreshRepository(from);
    clock -= DAY_MS;
    await expect(install('1.0.1')).rejects.toMatchObject({ code: 'clock_behind' });
    await expect(shop.refreshRepository(from)).rejects.toMatchObject({ code: 'clock_behind' });
    expect(await shop.load(id)).toMatchObject({ manifest: { version: '1.0.0' } });
  });

  test('past its expiry, or without its folder, nothing is installed and all runs on', async () => {
    await install('1.0.0');
    clock += 15 * DAY_MS;
    await expect(shop.refreshRepository(from)).rejects.toMatchObject({
      code: 'repository_expired',
      detail: 'timestamp',
    });
    await rm(repository.folder, { recursive: true });
    await expect(shop.refreshRepository(from)).rejects.toMatchObject({ code: 'fetch_failed' });
    expect(await shop.load(id)).toMatchObject({ manifest: { version: '1.0.0' } });
    expect((await shop.catalogue({ q: '' })).items).toHaveLength(1);
    await shop.removeRepository(from);
    expect(await shop.load(id)).toMatchObject({ repository: from });
    await expect(shop.refreshRepository(from)).rejects.toMatchObject({ code: 'repository_not_found' });
  });

  test('a mirror that holds back the revocations is not believed', async () => {
    await install('1.0.0');
    await repository.revoke(one, 'Because.');
    await rm(join(repository.folder, 'metadata/2.revocations.json'));
    await expect(shop.refreshRepository(from)).rejects.toMatchObject({ code: 'fetch_failed' });
  });

  test('is searched by words, kind, category and language', async () => {
    await repository.offer(
      packageOf('com.ana.calm', '1.0.0', { categories: ['calm'], name: { en: 'Calm days', de: 'Ruhe' } }),
    );
    await shop.refreshRepository(from);
    const ids = async (query: Parameters<Market['catalogue']>[0]): Promise<string[]> =>
      (await shop.catalogue(query)).items.map((item) => item.id);
    expect(await ids({ q: '' })).toEqual(['com.ana.calm', id]);
    expect(await ids({ q: 'CALM ana' })).toEqual(['com.ana.calm']);
    expect(await ids({ q: 'nothing' })).toEqual([]);
    expect(await ids({ q: '', kind: 'blocker' })).toEqual([]);
    expect(await ids({ q: '', category: 'fresh' })).toEqual([id]);
    expect(await ids({ q: '', language: 'de' })).toEqual(['com.ana.calm']);
    expect(await shop.catalogue({ q: 'nothing' })).toMatchObject({
      categories: ['calm', 'fresh'],
      languages: ['de', 'en'],
    });
  });
});

describe('what came with the app', () => {
  test('installs with the clock nine years ahead and no network, and after ten runs on what is installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'locker-bundle-'));
    try {
      const [first, second] = [packageOf('org.app.one', '1.0.0'), packageOf('org.app.two', '1.0.0')];
      await signBundle(folder, [{ bytes: first }], () => NOW);
      await writeFile(join(folder, 'org.app.one.json'), first);
      await using store = await openTestStore();
      let clock = NOW + 9 * 365.25 * DAY_MS;
      const asked: string[] = [];
      const fetchFile = async (url: string): Promise<null> => {
        asked.push(url);
        return null;
      };
      const market = (): Market => createMarket({ store, sandbox, now: () => clock, shippedFolder: folder, fetchFile });
      expect(await market().installShipped()).toMatchObject({ installed: ['org.app.one'], refused: [] });
      expect(asked).toEqual([]);
      clock = NOW + 10.1 * 365.25 * DAY_MS;
      expect(await market().installShipped()).toMatchObject({ unchanged: ['org.app.one'] });
      expect(await market().load('org.app.one')).toMatchObject({ tier: 'fast' });
      await signBundle(folder, [{ bytes: first }, { bytes: second }], () => NOW);
      await writeFile(join(folder, 'org.app.two.json'), second);
      expect(await market().installShipped()).toMatchObject({ refused: [{ id: 'org.app.two' }] });
      // Somebody who can write the package, but can't sign it.
      clock = NOW;
      await writeFile(join(folder, 'org.app.two.json'), second.replace('=> 0', '=> 1'));
      await expect(market().installShipped()).rejects.toMatchObject({ code: 'repository_invalid' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
