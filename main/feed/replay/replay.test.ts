import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../../store/testing.ts';
import type { Feed } from '../index.ts';
import { fakeAuthor } from '../testing/fake-posts.ts';
import { byColumn, fakeRuns, wordBlocker, type FakeRuns } from '../testing/fake-sandbox.ts';
import { fakeSource, type FakeSource, type StoredPost } from '../testing/fake-source.ts';
import { entry, feedOver, mix, START } from '../testing/test-feed.ts';
import { gini, meanOf, ndcg, shareOf } from './estimate.ts';

const HOUR = 3_600_000;
const LIKED = 1;
const HIDDEN = 4;
const never = new AbortController().signal;

/** Hours before the replay's end, as the posts of two days. */
const at = (hours: number): number => Math.floor(START / 60_000) * 60_000 - hours * HOUR;
const POSTS: readonly StoredPost[] = [
  { id: 60, published: at(1), author: 1, likes: 1 },
  { id: 59, published: at(2), author: 1, likes: 2 },
  { id: 58, published: at(3), author: 1, likes: 3 },
  { id: 57, published: at(4), author: 2, likes: 9, acts: LIKED, text: 'about cats' },
  { id: 50, published: at(25), author: 1, likes: 1 },
  { id: 49, published: at(26), author: 1, likes: 2, acts: HIDDEN },
  { id: 48, published: at(27), author: 1, likes: 3 },
  { id: 47, published: at(28), author: 3, likes: 9 },
  { id: 10, published: at(49), author: 4, likes: 90 },
];

let store: TestStore;
let source: FakeSource;
let runs: FakeRuns;
let feed: Feed;

beforeEach(async () => {
  store = await openTestStore();
  source = fakeSource(POSTS);
  runs = fakeRuns([byColumn('a.likes', 'likes'), byColumn('a.replies', 'replies'), wordBlocker('a.words')]);
  feed = feedOver({ store, source, runs, now: () => START });
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const ids = ({ items }: { items: readonly { id: string }[] }): number[] => items.map(({ id }) => Number(id)).sort();

describe('a look back', () => {
  test('shows one first page a day, each of the day’s posts alone, and what differs from newest first', async () => {
    const looked = await feed.replay({ days: 2, page: 2, mix: mix(entry('a.likes')) }, never);
    expect(looked).toMatchObject({ visits: 2, posts: 8, judged: 1 });
    // By likes 57 and 58, then 47 and 48; by time 60 and 59, then 50 and 48, as the owner hid 49.
    expect(ids(looked.gained)).toEqual([47, 57, 58]);
    expect(ids(looked.missed)).toEqual([50, 59, 60]);
    expect(looked.spared.count).toBe(0);
    expect(looked.lifted.map(({ uri, mix: places, other }) => [uri, places, other])).toEqual([
      ['https://town.example/@2', 1, 0],
      ['https://town.example/@3', 1, 0],
    ]);
    expect(looked.sunk).toMatchObject([{ uri: 'https://town.example/@1', posts: 6, mix: 2, other: 4 }]);
    // The liked post is first by likes, and not on the page by time.
    expect(looked.mix.ndcg?.mean).toBe(1);
    expect(looked.other.ndcg?.mean).toBe(0);
    expect(looked.mix.acted).toMatchObject({ mean: 1 / 4, of: 4 });
    expect(looked.newest).toEqual(looked.other);
  });

  test('tells what a blocker spares, and whom it hides', async () => {
    const word = { value: 'cats', targets: ['content' as const], severity: 3 as const };
    await feed.saveWords({ words: [{ ...word, excludeFollowing: false, expiresAt: null }], hosts: [] });
    const looked = await feed.replay(
      { days: 1, page: 4, mix: mix(entry('a.words')), other: mix(entry('a.likes')) },
      never,
    );
    expect(ids(looked.spared)).toEqual([57]);
    expect(looked.hidden).toMatchObject([{ uri: 'https://town.example/@2', hidden: 1, mix: 0, other: 1 }]);
    expect(looked.mix.hidden).toBe(1);
    expect(looked.other.name).toBe('Mine');
    expect(looked.newest.name).toBe('Newest first');
  });

  test('goes on without an algorithm that fails, says so once, and counts no failure against it', async () => {
    runs.failing.add('a.replies');
    const looked = await feed.replay({ days: 2, page: 2, mix: mix(entry('a.replies'), entry('a.gone')) }, never);
    expect(looked.mix.notices.map(({ algorithm, problem }) => [algorithm, problem])).toEqual([
      ['a.replies', 'deadline'],
      ['a.gone', 'missing'],
    ]);
    expect(runs.failures).toEqual([]);
  });

  test('of nothing has no quality and no differences', async () => {
    source.remove(...POSTS.map(({ id }) => id));
    const looked = await feed.replay({ days: 30, page: 20 }, never);
    expect(looked).toMatchObject({ visits: 0, posts: 0, mix: { shown: 0, gini: null, ndcg: null, acted: null } });
  });

  test('ends between two days when nobody waits for it any more', async () => {
    await expect(feed.replay({ days: 2, page: 2 }, AbortSignal.abort())).rejects.toThrow();
    expect(runs.runs).toEqual([]);
  });
});

describe('friends who are quiet', () => {
  test('are those who wrote and of whom nothing was on screen for days', async () => {
    for (const key of [1, 2, 3]) source.putAuthor(fakeAuthor(key, { iFollow: true }));
    expect((await feed.feedHealth(never)).quiet).toBeNull();
    source.put(
      { id: 60, published: at(1), author: 1, seenCount: 1 },
      { id: 10, published: at(24 * 9), author: 2, seenCount: 2 },
    );
    const { quiet } = await feed.feedHealth(never);
    // Of the first a post was seen an hour ago; the last was never seen.
    expect(quiet?.map(({ uri, posts, unseenDays }) => [uri, posts, unseenDays])).toEqual([
      ['https://town.example/@3', 1, null],
      ['https://town.example/@2', 1, 9],
    ]);
  });
});

describe('estimates', () => {
  test('agree with worked examples', () => {
    expect(gini([1, 1, 1, 1])).toBe(0);
    expect(gini([0, 0, 0, 4])).toBe(0.75);
    expect(gini([0, 0])).toBeNull();
    // Järvelin and Kekäläinen's gains 3, 2, 3, 0, 1, 2 with exponential gain.
    expect(ndcg([3, 2, 3, 0, 1, 2], [3, 2, 3, 0, 1, 2], 6)).toBeCloseTo(0.9488, 4);
    expect(ndcg([0, 0], [0, 0], 2)).toBeNull();
    expect(shareOf(8, 10)).toMatchObject({ low: expect.closeTo(0.4902, 4), high: expect.closeTo(0.9433, 4) });
    expect(shareOf(0, 0)).toBeNull();
    expect(meanOf([0.5])).toEqual({ mean: 0.5, low: 0, high: 1, of: 1 });
    expect(meanOf([0.4, 0.6])).toMatchObject({ mean: 0.5, low: expect.closeTo(0.304, 3) });
  });
});
