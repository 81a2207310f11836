/** Malicious packages, from a repository that is signed as it should be: installed and contained, or refused in plain words. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import type { FeedPage, Mix } from '../../protocol/owner/feed.ts';
import { makeFolderRepository, type FolderRepository } from '../../main/market/testing.ts';
import { feed as words } from '../../renderer/messages/en/feed.ts';
import { openTownLocker, TOWN_NOW, type TownLocker } from '../unit/town-locker.ts';
import { hidesAll, hostileCode, lyingPackages, packageWith } from './packages.ts';

let folder: string;
let locker: TownLocker;
let repository: FolderRepository;
let from: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-packages-'));
  locker = await openTownLocker(120, 12);
  repository = await makeFolderRepository(join(folder, 'repository'), () => TOWN_NOW);
  const place = { kind: 'folder', place: repository.folder } as const;
  from = (await locker.market.addRepository(place, 'Ana’s', await repository.fingerprint())).id;
});
afterAll(async () => {
  await locker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function install(id: string, readsMore = false): Promise<void> {
  await locker.market.refreshRepository(from);
  const { version, hash } = await locker.market.packagePage(from, id);
  await locker.market.installFrom(from, id, { version, hash, older: false, readsMore });
}

function mixWith(id: string): Mix {
  const entry = (name: string, algorithm: string): Mix['entries'][number] => ({
    entry: name,
    algorithm,
    enabled: true,
    weight: 1,
    settings: {},
  });
  const window = { maxItems: 1000, maxAgeHours: null };
  const entries = [entry('newest', 'org.datalocker.newest-first'), entry('evil', id)];
  return { id: 'main', name: 'Main', blend: 'rank', window, entries };
}

async function feedWith(id: string): Promise<FeedPage> {
  return locker.freshFeed().makeFeed({ mix: mixWith(id), order: 'mix', limit: 200 });
}

const PROBLEMS: Readonly<Record<string, readonly (string | null)[]>> = {
  killed: ['deadline', 'exit', 'frame'],
  thrown: ['thrown'],
  invalid: ['invalid'],
  harmless: [null],
};

test('there are more than thirty', () => {
  expect(hostileCode()).toHaveLength(32);
  expect(lyingPackages().length).toBeGreaterThanOrEqual(30);
});

describe('hostile code, installed', () => {
  test.each(hostileCode())('$name', async ({ id, bytes, must }) => {
    await repository.offer(bytes);
    await install(id);
    const without = await locker.freshFeed().makeFeed({ order: 'newest', limit: 200 });
    const page = await feedWith(id);
    // The feed comes, with every post.
    expect(page.total).toBe(without.total);
    const [notice] = page.notices;
    expect(must.flatMap((outcome) => PROBLEMS[outcome] ?? [])).toContain(notice?.problem ?? null);
    if (notice === undefined) return;
    const sentence = words[`notice.${notice.problem}`];
    expect(sentence).toMatch(/^“\{name\}” .+\.$/);
    expect(page.hidden).toBe(without.hidden);
    // The rest of the mix ranks without it.
    expect(page.items.map(({ post }) => post.id)).toEqual(without.items.map(({ post }) => post.id));
  });

  test('three failures pause it, and the owner is told', async () => {
    const [spin] = hostileCode();
    if (spin === undefined) throw new Error('none');
    for (let run = 0; run < 3; run++) await feedWith(spin.id);
    expect((await feedWith(spin.id)).notices).toMatchObject([{ algorithm: spin.id, problem: 'suspended' }]);
  });
});

describe('lies in the manifest', () => {
  test.each(lyingPackages())('$name', async ({ bytes, says }) => {
    const before = (await locker.market.installed()).length;
    const refused = await locker.market.install(bytes).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(LockerError);
    if (!(refused instanceof LockerError)) return;
    expect(refused).toMatchObject({ code: 'algorithm_invalid', title: 'That is not a valid algorithm package.' });
    expect(refused.detail).toMatch(says);
    expect((await locker.market.installed()).length).toBe(before);
  });
});

describe('lies that hold together', () => {
  test('a catalogue entry that reads less than the package', async () => {
    const bytes = packageWith({ id: 'com.ana.quiet', needs: { post: ['likes'], text: 'full' } });
    await repository.offer(bytes);
    const targets = repository.builder.targets('ana').targets['com.ana.quiet/1.0.0.json'];
    if (targets?.custom === undefined) throw new Error('none');
    targets.custom['needs'] = { post: ['likes'] };
    await repository.publish('ana', 'snapshot', 'timestamp');
    await expect(install('com.ana.quiet')).rejects.toMatchObject({
      code: 'algorithm_invalid',
      detail: 'its catalogue entry says something else than its manifest',
    });
  });

  test('an update that reads the text, silently', async () => {
    await repository.offer(packageWith({ id: 'com.ana.creep' }));
    await install('com.ana.creep');
    await repository.offer(packageWith({ id: 'com.ana.creep', version: '1.0.1', needs: { text: 'full' } }));
    await expect(install('com.ana.creep')).rejects.toMatchObject({
      code: 'algorithm_reads_more',
      detail: expect.stringContaining('the text of posts') as string,
    });
    await install('com.ana.creep', true);
  });

  test('a package that was swapped after it was looked at', async () => {
    await repository.offer(packageWith({ id: 'com.ana.swap' }));
    await locker.market.refreshRepository(from);
    const { version, hash } = await locker.market.packagePage(from, 'com.ana.swap');
    await repository.offer(packageWith({ id: 'com.ana.swap' }, { code: `/* other */ ${'module.exports = {};'}` }));
    const act = { version, hash, older: false, readsMore: false };
    await expect(locker.market.installFrom(from, 'com.ana.swap', act)).rejects.toMatchObject({
      code: 'algorithm_invalid',
      detail: 'it is not the package that was looked at',
    });
  });

  test('one that hides everything: each hide has its cause, and the newest-first feed is always there', async () => {
    await repository.offer(hidesAll());
    await install('com.ana.censor');
    const feed = locker.freshFeed();
    const page = await feed.makeFeed({ mix: mixWith('com.ana.censor'), order: 'mix', limit: 200 });
    expect(page.hidden).toBe(page.total);
    const { items, total } = await feed.feedHidden(page.feedId, { offset: 0, limit: 200 });
    expect(total).toBe(page.hidden);
    expect(items[0]?.causes[0]).toMatchObject({ name: 'Censor', reason: { text: 'It is not good for you' } });
    expect((await feed.makeFeed({ order: 'newest', limit: 10 })).items).toHaveLength(10);
  });

  test('what it stores is what was signed', async () => {
    const bytes = packageWith({ id: 'com.ana.plain' });
    await repository.offer(bytes);
    await install('com.ana.plain');
    const { packageHash } = await locker.market.load('com.ana.plain');
    expect(packageHash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
