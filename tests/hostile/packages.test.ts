/** Malicious packages, from a repository that is signed as it should be: installed and contained, or refused in plain words. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { catalogueEntryOf, packagePath } from '../../protocol/catalogue.ts';
import { LockerError } from '../../protocol/errors.ts';
import { Manifest } from '../../protocol/manifest.ts';
import type { FeedPage, Mix } from '../../protocol/owner/feed.ts';
import { makeFolderRepository, type FolderRepository } from '../../main/market/testing.ts';
import { feed as words } from '../../renderer/messages/en/feed.ts';
import { openTownLocker, TOWN_NOW, type TownLocker } from '../unit/town-locker.ts';
import {
  explainsBadly,
  fillsScreens,
  floodsReasons,
  hidesAll,
  hoardsState,
  knowsItsExaminer,
} from './lawful-packages.ts';
import { hostileCode, lyingPackages, packageWith } from './packages.ts';

type Custom = Parameters<FolderRepository['builder']['addTarget']>[3];

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

/** What the owner reads above the feed, for each way to fail. */
const SENTENCES: Readonly<Record<string, string>> = {
  deadline: '“{name}” took too long and was stopped. The rest of the mix ranks without it.',
  exit: '“{name}” ended by itself. The rest of the mix ranks without it.',
  frame: '“{name}” gave an answer that cannot be read. The rest of the mix ranks without it.',
  thrown: '“{name}” failed with an error. The rest of the mix ranks without it.',
  invalid: '“{name}” gave an answer that is not allowed. The rest of the mix ranks without it.',
  suspended: '“{name}” is paused after failing three times. You can let it try again under Algorithms.',
};

test('there are more than thirty of each', () => {
  expect(hostileCode().length).toBeGreaterThan(30);
  expect(lyingPackages().length).toBeGreaterThan(30);
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
    expect(words[`notice.${notice.problem}`]).toBe(SENTENCES[notice.problem]);
    expect(page.hidden).toBe(without.hidden);
    // The rest of the mix ranks without it.
    expect(page.items.map(({ post }) => post.id)).toEqual(without.items.map(({ post }) => post.id));
  });

  test('three failures pause it, and the owner is told', async () => {
    const [spin] = hostileCode();
    if (spin === undefined) throw new Error('none');
    for (let run = 0; run < 3; run++) await feedWith(spin.id);
    expect((await feedWith(spin.id)).notices).toMatchObject([{ algorithm: spin.id, problem: 'suspended' }]);
    expect(words['notice.suspended']).toBe(SENTENCES['suspended']);
  });
});

describe('lies in the manifest', () => {
  test.each(lyingPackages())('$name', async ({ name, bytes, says }) => {
    const before = (await locker.market.installed()).length;
    const refused = async (work: Promise<unknown>): Promise<void> => {
      const error: unknown = await work.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(LockerError);
      if (!(error instanceof LockerError)) return;
      expect(error).toMatchObject({ code: 'algorithm_invalid', title: 'That is not a valid algorithm package.' });
      expect(error.detail).toMatch(says);
    };
    await refused(locker.market.install(bytes));
    // And from a repository whose publisher signs whatever it likes, under a harmless entry.
    if (!/comes with the app/.test(says.source)) await refused(installSigned(`com.ana.lie-${slugOf(name)}`, bytes));
    expect((await locker.market.installed()).length).toBe(before);
  });
});

const slugOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 8);

/** Signs bytes as a package of this id, as the product's own tool would not, and installs them as an owner does. */
async function installSigned(id: string, bytes: string): Promise<void> {
  const harmless = { ...(JSON.parse(packageWith({ id })) as { manifest: Manifest }).manifest };
  const custom = JSON.parse(JSON.stringify(catalogueEntryOf(Manifest.parse(harmless)))) as Custom;
  // Its own name in the lie, where the lie isn't about the name.
  const named = bytes.replace('"id":"com.ana.evil"', `"id":"${id}"`);
  await repository.builder.addTarget('ana', packagePath(id, '1.0.0'), Buffer.from(named), custom);
  await repository.publish('ana', 'snapshot', 'timestamp');
  await locker.market.refreshRepository(from);
  const hash = createHash('sha256').update(named).digest('hex');
  const page = await locker.market.packagePage(from, id);
  // What does not keep its vectors is shown with its problem, and not installed.
  expect(page.hash).toBe(hash);
  await locker.market.installFrom(from, id, { version: '1.0.0', hash, older: false, readsMore: false });
}

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
    await repository.offer(hidesAll().bytes);
    await install('com.ana.censor');
    const feed = locker.freshFeed();
    const page = await feed.makeFeed({ mix: mixWith('com.ana.censor'), order: 'mix', limit: 200 });
    expect(page.hidden).toBe(page.total);
    const { items, total } = await feed.feedHidden(page.feedId, { offset: 0, limit: 200 });
    expect(total).toBe(page.hidden);
    expect(items[0]?.causes[0]).toMatchObject({ name: 'Censor', reason: { text: 'It is not good for you' } });
    expect((await feed.makeFeed({ order: 'newest', limit: 10 })).items).toHaveLength(10);
  });

  test('one that is harmless on its own examples is seen on the owner’s posts, before it is installed', async () => {
    const { id, bytes } = knowsItsExaminer();
    await repository.offer(bytes);
    await locker.market.refreshRepository(from);
    expect(await locker.market.packagePage(from, id)).toMatchObject({ vectors: { count: 1, problem: null } });
    const examined = await locker.market.examine(from, id, '1.0.0');
    const tried = await locker.freshFeed().trial(examined, { facts: false }, new AbortController().signal);
    expect(tried).toMatchObject({ failure: null, hidden: { count: tried.posts } });
    expect(tried.hiddenPeople.length).toBeGreaterThan(0);
  });

  test('an update that hides what the version before showed is seen, before it is installed', async () => {
    const { id, bytes } = hidesAll();
    const second = bytes.replace('"version":"1.0.0"', '"version":"1.0.1"').replace('(true)', '(false)');
    await repository.offer(second);
    await locker.market.refreshRepository(from);
    const installed = (await locker.market.installed()).find(({ manifest }) => manifest.id === id);
    if (installed === undefined) throw new Error('not installed');
    const next = await locker.market.examine(from, id, '1.0.1');
    const never = new AbortController().signal;
    const found = await locker.freshFeed().compareUpdate(installed, next, never);
    expect(found).toMatchObject({ mix: null, hidden: { count: 0 }, freed: { count: found.posts }, stayed: 0 });
  });

  test('as many reasons as are allowed: every mark is kept, and the page of the feed comes', async () => {
    const { id, bytes } = floodsReasons();
    await repository.offer(bytes);
    await install(id);
    const page = await feedWith(id);
    expect(page.notices).toEqual([]);
    expect(page.items).toHaveLength(page.total);
    // Two for each post, and what a thread or an author passes on: no more than the marks there are.
    expect(Math.max(...page.items.map(({ marks }) => marks.length))).toBeLessThanOrEqual(2 * page.total);
  });

  test('the largest page and the most settings: told as they are, as text', async () => {
    const { id, bytes } = fillsScreens();
    await repository.offer(bytes);
    await install(id);
    const { page } = await locker.market.source(id);
    expect(page).toMatch(/^<script>/);
    expect((await feedWith(id)).notices).toEqual([]);
  });

  test.each(explainsBadly())(
    'one that $name ranks on, and why a post is there is told without it',
    async ({ id, bytes }) => {
      await repository.offer(bytes);
      await install(id);
      const feed = locker.freshFeed();
      const page = await feed.makeFeed({ mix: mixWith(id), order: 'mix', limit: 5 });
      expect(page.items).toHaveLength(5);
      const why = await feed.feedWhy(page.feedId, page.items[0]?.post.id ?? '');
      expect(why).toMatchObject({ rank: 1 });
    },
  );

  test.each(hoardsState())(
    'one that $name: what it learns is not kept, and the feed is as it was',
    async ({ id, bytes }) => {
      await repository.offer(bytes);
      await install(id);
      const feed = locker.freshFeed();
      const mix = mixWith(id);
      await feed.saveMix({ ...mix, entries: mix.entries.filter(({ algorithm }) => algorithm === id) });
      const page = await feed.makeFeed({ order: 'mix', limit: 20 });
      await feed.feedPosition(page.feedId, { record: page.items[4]?.post.id ?? '' });
      await feed.settled();
      const again = await locker.freshFeed().makeFeed({ order: 'mix', limit: 20 });
      expect(again.items.map(({ post }) => post.id)).toEqual(page.items.map(({ post }) => post.id));
    },
  );

  test('what it stores is what was signed', async () => {
    const bytes = packageWith({ id: 'com.ana.plain' });
    await repository.offer(bytes);
    await install('com.ana.plain');
    const { packageHash } = await locker.market.load('com.ana.plain');
    expect(packageHash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
