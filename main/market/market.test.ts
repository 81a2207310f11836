import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Call, RunRequest, RunResult } from '../../protocol/sandbox-run.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import { createMarket, signBundle, type Market, type SandboxRunner } from './index.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function packageOf(id: string, version = '1.0.0', expected = [1, 2]): string {
  return JSON.stringify({
    manifest: {
      apiVersion: 1,
      id,
      version,
      kind: 'ranker',
      scope: 'slate',
      name: { en: `Name of ${id}` },
      summary: { en: 'Sums up' },
      license: 'MIT',
      source: 'here',
      author: 'someone',
      needs: { post: ['ageHours'], author: ['followers'], owner: ['words'] },
      window: { maxAgeHours: null, maxItems: null },
      limits: { cpuMsPer1000: 5, memoryMb: 32 },
    },
    code: `module.exports = { score: () => 0 /* ${version} */ };`,
    vectors: [{ name: 'two posts', call: 'score', n: 2, post: { ageHours: [1, 2] }, expect: { score: expected } }],
    page: '# Page',
  });
}

/** Stands in for the sandbox: answers every score with the ages it was given. */
function sandboxOf(fail?: 'unavailable' | 'thrown'): SandboxRunner & { requests: RunRequest[] } {
  const requests: RunRequest[] = [];
  return {
    requests,
    run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
      requests.push(request);
      const answer = fail
        ? { ok: false, reason: fail, ms: 1 }
        : { ok: true, out: { score: request.batch.f64.ageHours }, ms: 1 };
      return Promise.resolve(answer as RunResult<C>);
    },
  };
}

describe('the market', () => {
  let folder: string;
  let store: TestStore;
  let clock = 1_000_000;
  /** When the app was made. */
  let signedAt = 0;

  async function ship(...packages: string[]): Promise<void> {
    const named = packages.map((bytes) => {
      const { manifest } = JSON.parse(bytes) as { manifest: { id: string } };
      return { file: `${manifest.id}.json`, bytes };
    });
    for (const { file, bytes } of named) await writeFile(join(folder, file), bytes);
    await signBundle(folder, named, () => signedAt);
  }

  function market(sandbox: SandboxRunner = sandboxOf()): Market {
    return createMarket({ store, sandbox, now: () => clock, shippedFolder: folder });
  }

  beforeEach(async () => {
    clock = 1_000_000;
    signedAt = 0;
    folder = await mkdtemp(join(tmpdir(), 'locker-market-'));
    store = await openTestStore();
  });

  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('installs what shipped once, replaces older, removes what no longer ships', async () => {
    await ship(packageOf('org.a'), packageOf('org.b'));
    const sandbox = sandboxOf();
    expect(await market(sandbox).installShipped()).toMatchObject({ installed: ['org.a', 'org.b'], refused: [] });
    expect(sandbox.requests).toHaveLength(2);
    expect(sandbox.requests[0]).toMatchObject({ tier: 'fast', call: 'score', shape: { n: 2 } });
    expect(await market(sandbox).installShipped()).toMatchObject({ installed: [], unchanged: ['org.a', 'org.b'] });
    expect(sandbox.requests).toHaveLength(2);

    await ship(packageOf('org.a', '2.0.0'));
    expect(await market().installShipped()).toMatchObject({ installed: ['org.a'], removed: ['org.b'] });
    expect((await market().cards()).map(({ id, version }) => [id, version])).toEqual([['org.a', '2.0.0']]);
  });

  test('loads manifest, code and hash of the code', async () => {
    await ship(packageOf('org.a'));
    const shop = market();
    await shop.installShipped();
    const loaded = await shop.load('org.a');
    expect(loaded).toMatchObject({ tier: 'fast', page: '# Page', packageHash: sha256(packageOf('org.a')) });
    expect(loaded.hash).toBe(sha256(loaded.code));
    expect(loaded.manifest.id).toBe('org.a');
    await expect(shop.load('org.none')).rejects.toMatchObject({ code: 'algorithm_not_found' });
  });

  test('a changed package is not loaded, nor one that claims to have shipped', async () => {
    await ship(packageOf('org.a'));
    const shop = market();
    await shop.installShipped();
    await shop.load('org.a');
    const evil = packageOf('org.a').replace('=> 0', '=> 1');
    const row = { id: 'org.a', version: '1.0.0', tier: 'fast', package: evil } as const;
    await store.write('market.put', { ...row, hash: sha256(packageOf('org.a')) });
    await expect(shop.load('org.a')).rejects.toMatchObject({ code: 'algorithm_tampered' });
    await store.write('market.put', { ...row, hash: sha256(evil) });
    await expect(shop.load('org.a')).rejects.toMatchObject({ code: 'algorithm_tampered' });
    expect(await shop.installed()).toEqual([]);
    expect(await shop.installShipped()).toMatchObject({ installed: ['org.a'] });
    await shop.load('org.a');
  });

  test('vectors that disagree refuse a package', async () => {
    const bytes = packageOf('org.a', '1.0.0', [1, 3]);
    await ship(bytes);
    expect(await market().installShipped()).toMatchObject({
      installed: [],
      refused: [{ id: 'org.a', why: 'vector "two posts": score[1]: 2 instead of 3' }],
    });
    await ship();
    await expect(market().install(bytes)).rejects.toMatchObject({ code: 'algorithm_invalid' });
    await expect(market(sandboxOf('thrown')).install(packageOf('org.a'))).rejects.toMatchObject({
      code: 'algorithm_invalid',
      detail: 'vector "two posts": thrown',
    });
  });

  test('packages from elsewhere run in the hardened tier and cannot take a shipped name', async () => {
    await ship(packageOf('org.a'));
    const shop = market();
    await shop.installShipped();
    expect(await shop.install(packageOf('com.elsewhere'))).toMatchObject({ tier: 'hardened' });
    await expect(shop.install(packageOf('org.a', '9.0.0'))).rejects.toMatchObject({ code: 'algorithm_invalid' });
    await expect(shop.install('{')).rejects.toMatchObject({ code: 'algorithm_invalid', detail: 'not JSON' });
    await expect(shop.install('{"manifest":{}}')).rejects.toMatchObject({ code: 'algorithm_invalid' });
    expect(await shop.installShipped()).toMatchObject({ removed: [], unchanged: ['org.a'] });
    await shop.remove('com.elsewhere');
    await expect(shop.remove('com.elsewhere')).rejects.toMatchObject({ code: 'algorithm_not_found' });
  });

  test('cards say in plain words what is read', async () => {
    await ship(packageOf('org.a'));
    const shop = market();
    await shop.installShipped();
    const [card] = await shop.cards();
    expect(card).toMatchObject({ name: 'Name of org.a', lifts: null, suspendedUntil: null });
    expect(card?.reads).toEqual(['how old a post is', 'how many followers an author has', 'your muted words']);
    expect(await shop.source('org.a')).toMatchObject({ page: '# Page' });
  });

  test('three failures in ten minutes suspend, also over a restart, until resumed or an hour has passed', async () => {
    await ship(packageOf('org.a'));
    const shop = market();
    await shop.installShipped();
    await shop.recordFailure('org.a');
    clock += 11 * 60_000;
    await shop.recordFailure('org.a');
    expect(await shop.recordFailure('org.a')).toBeNull();
    const until = await shop.recordFailure('org.a');
    expect(until).toBe(clock + 3_600_000);
    expect((await market().load('org.a')).suspendedUntil).toBe(until);
    await shop.resume('org.a');
    expect((await shop.load('org.a')).suspendedUntil).toBeNull();
    for (let i = 0; i < 3; i++) await shop.recordFailure('org.a');
    expect((await shop.load('org.a')).suspendedUntil).toBe(clock + 3_600_000);
    clock += 3_600_001;
    expect((await shop.load('org.a')).suspendedUntil).toBeNull();
    await expect(shop.resume('org.none')).rejects.toMatchObject({ code: 'algorithm_not_found' });
  });
});
