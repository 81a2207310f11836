import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../store/testing.ts';
import type { Feed } from './feed.ts';
import { byColumn, fakeRuns, reverser, wordBlocker, type FakeRuns } from './testing/fake-sandbox.ts';
import { fakeSource, type FakeSource } from './testing/fake-source.ts';
import { entry, feedOver, ids, mix, POSTS, request, START } from './testing/test-feed.ts';

let store: TestStore;
let source: FakeSource;
let runs: FakeRuns;
let feed: Feed;
let now: number;

function open(): Feed {
  return feedOver({ store, source, runs, now: () => now });
}

beforeEach(async () => {
  store = await openTestStore();
  source = fakeSource(POSTS);
  runs = fakeRuns([
    byColumn('a.likes', 'likes'),
    byColumn('a.replies', 'replies'),
    wordBlocker('a.words'),
    reverser('a.turn'),
  ]);
  now = START;
  feed = open();
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

describe('a feed stays what it was', () => {
  const likes = mix(entry('a.likes'));

  test('pages are stable while posts arrive, and new ones are counted', async () => {
    await feed.saveMix(likes);
    const first = await feed.makeFeed({ ...request, limit: 2 });
    source.put({ id: 9, likes: 100 }, { id: 1, likes: 50, author: 1 });
    const second = await feed.feedPage(first.feedId, { offset: 2, limit: 2 });
    expect([...ids(first), ...ids(second)]).toEqual([2, 4, 3, 1]);
    expect(second.items.map(({ rank }) => rank)).toEqual([3, 4]);
    expect([first.left, second.left]).toEqual([2, 0]);
    expect(await feed.feedNew(first.feedId)).toEqual({ count: 1 });
  });

  test('the same inputs give the same feed, in the same process and in another', async () => {
    await feed.saveMix(likes);
    const first = await feed.makeFeed(request);
    expect((await feed.makeFeed(request)).feedId).toBe(first.feedId);
    await feed.settled();
    feed = open();
    expect((await feed.makeFeed(request)).feedId).toBe(first.feedId);
    now += 60_000;
    expect((await feed.makeFeed(request)).feedId).not.toBe(first.feedId);
  });

  test('the reading position survives a restart', async () => {
    const { feedId } = await feed.makeFeed({ order: 'newest', limit: 2 });
    await feed.feedPosition(feedId, { record: '3' });
    await feed.settled();
    feed = open();
    const again = await feed.feedPage(feedId, { offset: 0, limit: 40 });
    expect([again.position, ids(again)]).toEqual(['3', [4, 3, 2, 1]]);
    await expect(feed.feedPosition(feedId, { record: '77' })).rejects.toThrow('record_not_found');
    await expect(feed.feedPage('nothing', { offset: 0, limit: 1 })).rejects.toThrow('feed_not_found');
  });

  test('of the trials while a slider moves only the last is stored, and the feed of the mix that was then saved', async () => {
    const trial = async (weight: number): Promise<string> =>
      (await feed.makeFeed({ ...request, mix: mix(entry('a.likes', { weight }), entry('a.replies')) })).feedId;
    const tried = [await trial(1), await trial(2), await trial(3)];
    expect(await feed.feeds()).toEqual([tried[2]]);
    await feed.saveMix(mix(entry('a.likes', { weight: 2 }), entry('a.replies')));
    const { feedId } = await feed.makeFeed(request);
    expect(feedId).toBe(tried[1]);
    expect((await feed.feeds()).sort()).toEqual([tried[1], tried[2]].sort());
  });

  test('what enters and leaves the page while a slider moves', async () => {
    const one = await feed.makeFeed({ ...request, limit: 2, mix: likes });
    const other = await feed.makeFeed({ ...request, limit: 2, mix: mix(entry('a.replies')), previous: one.feedId });
    expect([ids(one), ids(other), other.entered, other.leftPage]).toEqual([
      [2, 4],
      [1, 3],
      ['1', '3'],
      ['2', '4'],
    ]);
  });
});

describe('verify', () => {
  test('computed again to the same bytes, also after newer posts and a restart; else the changed records are named', async () => {
    await feed.saveMix(mix(entry('a.likes'), entry('a.words'), entry('a.turn')));
    const { feedId } = await feed.makeFeed(request);
    const same = { feedId, verdict: 'same', changed: [] };
    expect(await feed.feedVerify(feedId)).toEqual(same);
    source.put({ id: 9, likes: 100 });
    await feed.settled();
    feed = open();
    now += 3_600_000;
    expect(await feed.feedVerify(feedId)).toEqual(same);
    source.put({ id: 3, author: 1, likes: 4, replies: 4, text: 'cats again' });
    source.remove(1);
    const verdict = await feed.feedVerify(feedId);
    expect(verdict.verdict).toBe('inputs-changed');
    expect(verdict.changed.sort()).toEqual(['1', '3']);
  });

  test('a feed whose posts have long left the window is computed again all the same', async () => {
    await feed.saveMix({ ...mix(entry('a.likes')), window: { maxItems: 4, maxAgeHours: null } });
    const { feedId } = await feed.makeFeed(request);
    source.put(...Array.from({ length: 300 }, (_, i) => ({ id: 100 + i, likes: i })));
    expect((await feed.makeFeed(request)).total).toBe(4);
    expect(await feed.feedVerify(feedId)).toEqual({ feedId, verdict: 'same', changed: [] });
    source.remove(1);
    expect(await feed.feedVerify(feedId)).toEqual({ feedId, verdict: 'inputs-changed', changed: ['1'] });
  });

  test('another answer to the same question is noticed', async () => {
    await feed.saveMix(mix(entry('a.likes')));
    const { feedId } = await feed.makeFeed(request);
    runs.failing.add('a.likes');
    expect((await feed.feedVerify(feedId)).verdict).toBe('differs');
  });
});

describe('why', () => {
  test('shares, contributions and the counterfactual', async () => {
    await feed.saveMix(mix(entry('a.likes', { weight: 3 }), entry('a.replies')));
    const { feedId } = await feed.makeFeed(request);
    const why = await feed.feedWhy(feedId, '2');
    expect([why.rank, why.newestRank, why.total]).toEqual([1, 3, 4]);
    expect(why.shares.map(({ rank, share }) => [rank, share])).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(why.shares[0]?.contributions).toEqual([{ name: 'likes', value: 3.5, rankWithout: 2 }]);
    expect(why.sentence).toBe('It would be 2nd instead of 1st without likes (a.likes).');
    await expect(feed.feedWhy(feedId, '99')).rejects.toThrow('record_not_found');
  });

  test('a rearrangement is told with its reason', async () => {
    await feed.saveMix(mix(entry('a.likes'), entry('a.turn')));
    const { feedId } = await feed.makeFeed(request);
    expect((await feed.feedWhy(feedId, '2')).rearranged).toEqual([
      { entry: 'a-turn', name: 'a.turn', before: 1, after: 4, reason: { code: 'turned', text: 'Turned round' } },
    ]);
  });

  test('a feed that only the store remembers is explained too', async () => {
    await feed.saveMix(mix(entry('a.likes')));
    const { feedId } = await feed.makeFeed(request);
    await feed.settled();
    feed = open();
    expect((await feed.feedWhy(feedId, '2')).rank).toBe(1);
  });
});
