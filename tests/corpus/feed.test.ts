import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branded, type RecordId } from '../../protocol/brand.ts';
import type {
  Cause,
  FeedItem,
  FeedPage,
  HiddenItem,
  Mix,
  MixEntry,
  MutedWord,
  Why,
} from '../../protocol/owner/feed.ts';
import { explainAll, faithfulnessOf, faithfulnessText, held } from '../unit/faithfulness.ts';
import { CORPUS } from './corpus.ts';
import { openWholeLocker, type WholeLocker } from './whole-locker.ts';

/** Real files of the first four kinds. */
const FOLDERS = [
  'mastodon-csv-lists',
  'mastodon-outbox-xposter',
  'feeds-netnewswire',
  'atproto-car-indigo',
  'atproto-car-repo-stream',
  'activitystreams-w3c',
  'granary-social-objects',
  'activitypub-fixtures-wordpress',
];
const soak = process.env['SOAK'] === '1';
/** One post in so many is explained: each explanation costs several runs of the rankers. */
const EXPLAINED = soak ? 1 : 6;
const NOW = Date.now();

function entry(name: string, weight = 1, settings: MixEntry['settings'] = {}): MixEntry {
  return { entry: name, algorithm: `org.datalocker.${name}`, enabled: true, weight, settings };
}

const MIX: Mix = {
  id: 'm',
  name: 'Mine',
  blend: 'rank',
  window: { maxItems: 100_000, maxAgeHours: null },
  entries: [
    entry('weighted-mix', 2),
    entry('unusually-good', 1),
    entry('newest-first', 1),
    entry('muted-words'),
    entry('lockout', 1, { where: 'replies', anyStranger: true }),
    entry('spread'),
  ],
};

function word(value: string, severity: MutedWord['severity'] = 3): MutedWord {
  return { value, targets: ['content', 'tag'], severity, excludeFollowing: false, expiresAt: null };
}

/** Words that occur in the files; the last one only warns. */
const HIDING = ['apple', 'podcast', 'privacy'];
const WARNING = 'google';
const WORDS = { words: [...HIDING.map((value) => word(value)), word(WARNING, 1)], hosts: [] };
const GRUBER = 'https://daringfireball.net/feeds/json#author=John%20Gruber';

async function openCorpusLocker(): Promise<WholeLocker> {
  const locker = await openWholeLocker(() => NOW);
  for (const folder of FOLDERS) {
    expect(await locker.importPath(join(CORPUS, folder)), folder).toMatchObject({ state: 'done', problem: null });
  }
  await locker.records.settle();
  await locker.feed.saveMix(MIX);
  await locker.feed.saveWords(WORDS);
  return locker;
}

async function makeFeed({ feed }: WholeLocker): Promise<FeedPage> {
  const page = await feed.makeFeed({ order: 'mix', limit: 1 });
  expect(page.notices).toEqual([]);
  return page;
}

async function shownIn({ feed }: WholeLocker, { feedId, total, hidden }: FeedPage): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  while (items.length < total - hidden)
    items.push(...(await feed.feedPage(feedId, { offset: items.length, limit: 200 })).items);
  return items;
}

async function hiddenIn({ feed }: WholeLocker, { feedId, hidden }: FeedPage): Promise<HiddenItem[]> {
  const items: HiddenItem[] = [];
  while (items.length < hidden)
    items.push(...(await feed.feedHidden(feedId, { offset: items.length, limit: 200 })).items);
  // What earlier feeds hid comes after it, and is not of this feed.
  return items.slice(0, hidden);
}

/** The causes that hide, as `entry: text`. */
function hidingCauses(causes: readonly Cause[]): string[] {
  return causes.filter(({ severity }) => severity === 3).map(({ entry: by, reason }) => `${by}: ${reason.text}`);
}

function isWord(cause: string): boolean {
  return cause.startsWith('muted-words: ');
}

function has(text: string, value: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${value}(?![\\p{L}\\p{N}])`, 'iu').test(text);
}

function idOf({ post }: { post: { id: string } }): RecordId {
  return branded<string, 'RecordId'>(post.id);
}

function hiddenIds(items: readonly HiddenItem[]): string[] {
  return items.map(idOf).sort();
}

describe.skipIf(CORPUS === '')('a feed over real posts', () => {
  let locker: WholeLocker;
  beforeAll(async () => {
    locker = await openCorpusLocker();
  }, 120_000);
  afterAll(async () => {
    await locker[Symbol.asyncDispose]();
  });

  test('each post has a true “why”, and counterfactuals go where it says', { timeout: 600_000 }, async () => {
    const page = await makeFeed(locker);
    const shown = await shownIn(locker, page);
    expect(shown.map(({ rank }) => rank)).toEqual(shown.map((_, place) => place + 1));
    expect(new Set(shown.map(idOf)).size).toBe(shown.length);
    const asked = shown.filter((_, place) => place % EXPLAINED === 0);
    const whys = await explainAll(locker.feed, page.feedId, asked.map(idOf));
    for (const [place, why] of whys.entries()) expectTrue(why, asked[place]);
    expectInOrder(whys);
    const found = faithfulnessOf(whys);
    console.log(faithfulnessText(`corpus, ${shown.length} posts shown, ${page.hidden} hidden`, found));
    expect(held(found.told)).toBeGreaterThanOrEqual(0.95);
    expect(found.all.against).toBeLessThanOrEqual(asked.length * 0.05);
  });

  test('each hidden post has all its causes', async () => {
    const block = { act: 'block' as const, id: await blockSomebody() };
    const page = await makeFeed(locker);
    const [shown, hidden] = [await shownIn(locker, page), await hiddenIn(locker, page)];
    expect(page.total).toBe(shown.length + hidden.length);
    const counts = { words: 0, blocked: 0, strangers: 0, several: 0, warned: 0 };
    for (const { post, causes } of hidden) {
      const found = hidingCauses(causes);
      expect(found.length, post.id).toBeGreaterThan(0);
      for (const value of HIDING) {
        if (!has(`${post.title ?? ''}\n${post.text}`, value) || post.mine) continue;
        expect(
          found.some((cause) => isWord(cause) && cause.includes(`“${value}”`)),
          `${post.id} ${value}`,
        ).toBe(true);
      }
      expect(found.includes('owner: You blocked its author.'), post.id).toBe(post.author?.uri === GRUBER);
      if (found.some((cause) => cause.startsWith('lockout: '))) expect(post.mine, post.id).toBe(false);
      counts.words += Number(found.some(isWord));
      counts.blocked += Number(found.some((cause) => cause.startsWith('owner: ')));
      counts.strangers += Number(found.some((cause) => cause.startsWith('lockout: ')));
      counts.several += Number(new Set(found.map((cause) => cause.split(':')[0])).size > 1);
    }
    for (const { post, marks } of shown) {
      expect(post.author?.uri).not.toBe(GRUBER);
      const text = `${post.title ?? ''}\n${post.text}`;
      expect(
        HIDING.filter((value) => has(text, value) && !post.mine),
        post.id,
      ).toEqual([]);
      expect(hidingCauses(marks), post.id).toEqual([]);
      if (!has(text, WARNING) || post.mine) continue;
      expect(marks.some(({ severity, reason }) => severity === 1 && reason.text.includes('“google”'))).toBe(true);
      counts.warned++;
    }
    console.log(`hidden ${hidden.length} of ${page.total}: ${JSON.stringify(counts)}`);
    for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(0);
    await locker.records.undoAct(block.act, block.id);
  });

  test('a word taken back and an act undone bring back exactly what nothing else hides', async () => {
    const before = await hiddenIn(locker, await makeFeed(locker));
    const id = await blockSomebody();
    const blocked = await hiddenIn(locker, await makeFeed(locker));
    expect(blocked.length).toBeGreaterThan(before.length);
    await locker.records.undoAct('block', id);
    expect(hiddenIds(await hiddenIn(locker, await makeFeed(locker)))).toEqual(hiddenIds(before));

    for (const value of HIDING) {
      await locker.feed.saveWords({ ...WORDS, words: WORDS.words.filter((one) => one.value !== value) });
      const still = before.filter(({ causes }) =>
        hidingCauses(causes).some((cause) => !isWord(cause) || !cause.includes(`“${value}”`)),
      );
      expect(still.length, value).toBeLessThan(before.length);
      expect(hiddenIds(await hiddenIn(locker, await makeFeed(locker))), value).toEqual(hiddenIds(still));
    }
    await locker.feed.saveWords(WORDS);
    expect(hiddenIds(await hiddenIn(locker, await makeFeed(locker)))).toEqual(hiddenIds(before));
  });

  test('“this was wrong” brings back each hidden post, and taking it back hides it again', async () => {
    const before = await hiddenIn(locker, await makeFeed(locker));
    const exceptions: string[] = [];
    for (const item of before) {
      const algorithms = item.causes.filter(({ severity }) => severity === 3).map(({ algorithm }) => algorithm ?? '');
      for (const algorithm of new Set(algorithms)) {
        const { id } = await locker.feed.makeException({ algorithm, target: 'post', record: idOf(item) });
        exceptions.push(id);
      }
    }
    const spared = await makeFeed(locker);
    expect(spared.hidden).toBe(0);
    const back = new Set((await shownIn(locker, spared)).map(idOf));
    for (const item of before) expect(back.has(idOf(item))).toBe(true);
    for (const id of exceptions) await locker.feed.dropException(id);
    expect(hiddenIds(await hiddenIn(locker, await makeFeed(locker)))).toEqual(hiddenIds(before));
  });

  test('an exception for an author or a conversation spares just these', async () => {
    const before = await hiddenIn(locker, await makeFeed(locker));
    const byWord = before.filter(({ post, causes }) => hidingCauses(causes).every(isWord) && post.author !== null);
    const [one] = byWord;
    if (one === undefined) throw new Error('nothing is hidden by a word');
    const algorithm = 'org.datalocker.muted-words';
    for (const target of ['author', 'thread'] as const) {
      const { id } = await locker.feed.makeException({ algorithm, target, record: idOf(one) });
      const after = new Set(hiddenIds(await hiddenIn(locker, await makeFeed(locker))));
      expect(after.has(idOf(one)), target).toBe(false);
      const spared = before.filter((item) => !after.has(idOf(item)));
      if (target === 'author')
        expect(hiddenIds(spared)).toEqual(
          hiddenIds(byWord.filter(({ post }) => post.author?.uri === one.post.author?.uri)),
        );
      await locker.feed.dropException(id);
    }
  });

  test('the same inputs give the same bytes, on a second run and after a restart', async () => {
    const first = await makeFeed(locker);
    expect((await makeFeed(locker)).feedId).toBe(first.feedId);
    const same = { feedId: first.feedId, verdict: 'same', changed: [] };
    expect(await locker.feed.feedVerify(first.feedId)).toEqual(same);
    await locker.restart();
    expect(await locker.feed.feedVerify(first.feedId)).toEqual(same);
    expect((await makeFeed(locker)).feedId).toBe(first.feedId);
  });

  /** Blocks an author some of whose posts have muted words. */
  async function blockSomebody(): Promise<RecordId> {
    const { items } = await locker.records.browse({
      order: 'newest',
      limit: 1,
      author: GRUBER,
      datatype: 'social.post',
    });
    const id = branded<string, 'RecordId'>(items[0]?.id ?? '');
    await locker.records.act('block', id);
    return id;
  }
});

function expectTrue(why: Why, item: FeedItem | undefined): void {
  const id = item?.post.id ?? '';
  expect(why.rank, id).toBe(item?.rank);
  expect(why.shares, id).toHaveLength(3);
  const weights = why.shares.reduce((sum, { weight }) => sum + weight, 0);
  const blend = why.shares.reduce((sum, { weight, rank }) => sum + weight * (rank ?? 0.5), 0) / weights;
  expect(why.blended, id).toBeCloseTo(blend, 10);
  expect(
    why.shares.reduce((sum, { share }) => sum + share, 0),
    id,
  ).toBeCloseTo(1, 10);
  for (const { share, weight, rank, estimated } of why.shares) {
    expect(estimated, id).toBe(rank === null);
    if (blend > 0) expect(share, id).toBeCloseTo((weight * (rank ?? 0.5)) / (blend * weights), 10);
  }
  expect(
    why.rearranged.map(({ entry: by }) => by),
    id,
  ).toEqual(['spread']);
  expect(why.rearranged[0]?.after, id).toBe(why.rank);
  expect(why.sentence, id).not.toBe('');
}

/** Before the reranker the posts stand by their blend, equal ones newest first. */
function expectInOrder(whys: readonly Why[]): void {
  const before = (why: Why): number => why.rearranged[0]?.before ?? NaN;
  const sorted = whys.toSorted((a, b) => before(a) - before(b));
  for (const [place, why] of sorted.entries()) {
    const next = sorted[place + 1];
    if (next === undefined) break;
    const [here, there] = [why.blended ?? NaN, next.blended ?? NaN];
    expect(here).toBeGreaterThanOrEqual(there);
    if (here === there) expect(why.newestRank ?? NaN).toBeLessThan(next.newestRank ?? NaN);
  }
}
