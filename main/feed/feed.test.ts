import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PostView } from '../../protocol/owner/data.ts';
import type { FeedPage, Mix, MixEntry } from '../../protocol/owner/feed.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import { createFeed, type Feed } from './feed.ts';
import { fakeAuthor } from './testing/fake-posts.ts';
import {
  byColumn,
  fakeRuns,
  reverser,
  wordBlocker,
  type FakeAlgorithm,
  type FakeRuns,
} from './testing/fake-sandbox.ts';
import { fakeSource, type FakeSource, type StoredPost } from './testing/fake-source.ts';

const START = Date.UTC(2025, 5, 1, 12, 0, 30);

let store: TestStore;
let source: FakeSource;
let runs: FakeRuns;
let feed: Feed;
let now: number;

function entry(algorithm: string, more: Partial<MixEntry> = {}): MixEntry {
  return { entry: algorithm.replace('.', '-'), algorithm, enabled: true, weight: 1, settings: {}, ...more };
}

function mix(...entries: MixEntry[]): Mix {
  return { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: 1000, maxAgeHours: null }, entries };
}

function view(id: string): PostView {
  return {
    id,
    uri: `https://town.example/posts/${id}`,
    url: null,
    author: { uri: 'https://town.example/@1', name: 'Person 1', handle: null, avatar: null, iFollow: false },
    source: 'town',
    published: 0,
    timeEstimated: false,
    title: null,
    html: '',
    text: `Post ${id}`,
    warning: null,
    language: null,
    sensitive: false,
    visibility: 'public',
    mine: false,
    replies: null,
    boosts: null,
    likes: null,
    media: [],
    cards: [],
    tags: [],
    inReplyTo: null,
    boostOf: null,
    quoteOf: null,
    acts: [],
  };
}

function open(): Feed {
  return createFeed({
    store,
    source,
    records: { postViews: async (ids) => ids.map(view) },
    market: runs.algorithms,
    sandbox: runs.sandbox,
    now: () => now,
    timeZone: async () => 'Europe/Berlin',
  });
}

function ids(page: FeedPage): number[] {
  return page.items.map(({ post }) => Number(post.id));
}

const POSTS: StoredPost[] = [
  { id: 1, author: 1, likes: 1, replies: 9, text: 'about cats' },
  { id: 2, author: 2, likes: 5, replies: 1, text: 'about dogs' },
  { id: 3, author: 1, likes: 3, replies: 4, text: 'cats again' },
  { id: 4, author: 3, likes: NaN, replies: 2, text: 'nothing' },
];

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

const request = { order: 'mix', limit: 40 } as const;

describe('order', () => {
  test('newest first without a mix, and when every ranker fails', async () => {
    expect(ids(await feed.makeFeed({ order: 'newest', limit: 40 }))).toEqual([4, 3, 2, 1]);
    runs.failing.add('a.likes');
    const page = await feed.makeFeed({ ...request, mix: mix(entry('a.likes'), entry('a.gone')) });
    expect(ids(page)).toEqual([4, 3, 2, 1]);
    expect(page.notices.map(({ algorithm, problem }) => [algorithm, problem])).toEqual([
      ['a.likes', 'deadline'],
      ['a.gone', 'missing'],
    ]);
    expect(runs.failures).toEqual(['a.likes']);
  });

  test('by one ranker; what it cannot score is in the middle', async () => {
    expect(ids(await feed.makeFeed({ ...request, mix: mix(entry('a.likes')) }))).toEqual([2, 4, 3, 1]);
  });

  test('a blend by weights, redone without running anything while only weights change', async () => {
    const weighted = (likes: number, replies: number): Mix =>
      mix(entry('a.likes', { weight: likes }), entry('a.replies', { weight: replies }));
    expect(ids(await feed.makeFeed({ ...request, mix: weighted(1, 9) }))).toEqual([1, 3, 4, 2]);
    const before = runs.runs.filter((run) => run.startsWith('score')).length;
    expect(ids(await feed.makeFeed({ ...request, mix: weighted(9, 1) }))).toEqual([2, 3, 4, 1]);
    expect(runs.runs.filter((run) => run.startsWith('score'))).toHaveLength(before);
  });

  test('a suspended algorithm is left out and named', async () => {
    runs.suspended.add('a.likes');
    const page = await feed.makeFeed({ ...request, mix: mix(entry('a.likes'), entry('a.replies')) });
    expect(ids(page)[0]).toBe(1);
    expect(page.notices).toEqual([{ entry: 'a-likes', algorithm: 'a.likes', name: 'a.likes', problem: 'suspended' }]);
  });

  test('a reranker has the last word', async () => {
    expect(ids(await feed.makeFeed({ ...request, mix: mix(entry('a.likes'), entry('a.turn')) }))).toEqual([1, 3, 4, 2]);
  });

  test('algorithms see what they declared and nothing else', async () => {
    await feed.makeFeed({ ...request, mix: mix(entry('a.likes')) });
    const { batch, more } = { batch: runs.batches[0], more: runs.batches.length };
    expect(more).toBeGreaterThan(0);
    expect(Object.keys(batch?.f64 ?? {})).toEqual(['likes']);
    expect([batch?.u32, batch?.u8, batch?.text, batch?.langs]).toEqual([{}, {}, undefined, undefined]);
  });
});

describe('what algorithms are given', () => {
  const text: FakeAlgorithm = {
    manifest: {
      id: 'a.tokens',
      kind: 'damper',
      scope: 'item',
      needs: { post: [], author: [], text: 'tokens', owner: ['words'], labels: false },
    },
    module: {
      dampen({ n, text: given }, { owner }) {
        const arena = [...(given?.arena ?? [])].join(' ');
        expect(owner.words?.map(({ value }) => value)).toEqual(['']);
        return new Float64Array(n).fill(arena.includes((owner.words?.[0]?.tokens ?? []).join(' ')) ? 0.5 : 2);
      },
    },
  };

  test('tokens: numbers for the posts and for the owner’s words, never a text; a damper’s factor is told', async () => {
    runs = fakeRuns([byColumn('a.likes', 'likes'), text]);
    feed = open();
    const words = ['Cats again', 'gone'].map((value, i) => ({
      value,
      targets: ['content' as const],
      severity: 3 as const,
      excludeFollowing: false,
      expiresAt: i === 0 ? null : START - 60_000,
    }));
    await feed.saveWords({ words, hosts: [] });
    const page = await feed.makeFeed({ ...request, mix: mix(entry('a.likes'), entry('a.tokens')) });
    expect(page.notices).toEqual([]);
    const why = await feed.feedWhy(page.feedId, '2');
    expect([why.blended, why.dampers]).toEqual([0.5, [{ entry: 'a-tokens', name: 'a.tokens', factor: 0.5 }]]);
  });

  test('by score: normalised scores are blended as they are', async () => {
    const part = (id: string, scores: number[]): FakeAlgorithm => ({
      manifest: { id, kind: 'ranker', normalised: true, scoreBounds: [0, 1] },
      module: { score: () => ({ score: Float64Array.from(scores) }) },
    });
    runs = fakeRuns([part('a.one', [0.1, 0.2, 0.3, 7]), part('a.two', [0.3, 0.1, 0.1, NaN])]);
    feed = open();
    const page = await feed.makeFeed({ ...request, mix: { ...mix(entry('a.one'), entry('a.two')), blend: 'score' } });
    expect(ids(page)).toEqual([1, 4, 2, 3]);
    expect((await feed.feedWhy(page.feedId, '1')).blended).toBe(0.75);
  });
});

describe('hiding', () => {
  const words = {
    words: [
      { value: 'cats', targets: ['content' as const], severity: 3 as const, excludeFollowing: false, expiresAt: null },
    ],
    hosts: [],
  };
  const blocking = mix(entry('a.likes'), entry('a.words'));

  test('hidden posts are in the drawer with their causes, also after a restart', async () => {
    await feed.saveWords(words);
    await feed.saveMix(blocking);
    const page = await feed.makeFeed(request);
    expect([ids(page), page.hidden, page.total]).toEqual([[4, 2], 2, 4]);
    const expected = [
      ['3', ['Has “cats”'], START],
      ['1', ['Has “cats”'], START],
    ];
    for (const restart of [false, true]) {
      if (restart) {
        await feed.settled();
        feed = open();
      }
      const drawer = await feed.feedHidden(page.feedId, { offset: 0, limit: 10 });
      expect(
        drawer.items.map(({ post, causes, hiddenAt }) => [post.id, causes.map(({ reason }) => reason.text), hiddenAt]),
      ).toEqual(expected);
    }
  });

  test('text is read once per version of a post', async () => {
    await feed.saveWords(words);
    await feed.saveMix(blocking);
    await feed.makeFeed(request);
    expect(source.calls.texts).toBe(1);
    now += 60_000;
    await feed.makeFeed(request);
    expect(source.calls.texts).toBe(1);
    source.put({ id: 5, likes: 1, text: 'more cats' });
    expect((await feed.makeFeed(request)).hidden).toBe(3);
    expect(source.calls.texts).toBe(2);
    expect(runs.batches.filter(({ text }) => text !== undefined).map(({ n }) => n)).toEqual([4, 1]);
    await feed.saveWords({ words: [], hosts: [] });
    expect((await feed.makeFeed(request)).hidden).toBe(0);
  });

  test('an answer about a post is asked again when a fact about its author changed', async () => {
    await feed.saveWords(words);
    await feed.saveMix(blocking);
    expect((await feed.makeFeed(request)).hidden).toBe(2);
    source.putAuthor(fakeAuthor(1, { iFollow: true }));
    expect((await feed.makeFeed(request)).hidden).toBe(0);
    expect(runs.batches.filter(({ text }) => text !== undefined).map(({ n }) => n)).toEqual([4, 2]);
  });

  test('“this was wrong” keeps the algorithm away, until it is taken back', async () => {
    await feed.saveWords(words);
    await feed.saveMix(blocking);
    const made = await feed.makeException({ algorithm: 'a.words', target: 'author', record: '1' });
    expect((await feed.makeFeed(request)).hidden).toBe(0);
    expect((await feed.exceptions()).items).toEqual([made]);
    await feed.dropException(made.id);
    expect((await feed.makeFeed(request)).hidden).toBe(2);
    await expect(feed.dropException(made.id)).rejects.toThrow('exception_not_found');
  });

  test('an exception for a conversation is kept by its key', async () => {
    const thread = { thread: 77, likes: 1, text: 'cats' };
    source.put({ id: 8, author: 5, ...thread }, { id: 9, author: 6, ...thread });
    await feed.saveWords(words);
    await feed.saveMix(blocking);
    await store.write('feed.putException', {
      id: 'x',
      algorithm: 'a.words',
      target: 'thread',
      uri: 'urn:x',
      key: 77,
      name: 'A conversation',
      created: 1,
    });
    expect(ids(await feed.makeFeed(request)).sort()).toEqual([2, 4, 8, 9]);
    await expect(feed.makeException({ algorithm: 'a.words', target: 'thread', record: '1' })).rejects.toThrow(
      'record_not_found',
    );
  });

  test('the owner’s own rules come first and need no algorithm', async () => {
    source.put({ id: 2, author: 2, acts: 4, likes: 5 });
    source.putAuthor(fakeAuthor(3, { muted: true }));
    const page = await feed.makeFeed({ order: 'newest', limit: 40 });
    expect(ids(page)).toEqual([3, 1]);
    const drawer = await feed.feedHidden(page.feedId, { offset: 0, limit: 10 });
    expect(drawer.items.map(({ causes }) => causes.map(({ entry: by, reason }) => [by, reason.code]))).toEqual([
      [['owner', 'muted_by_you']],
      [['owner', 'hidden_by_you']],
    ]);
  });
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

test('a mix that cannot be used is refused and changes nothing', async () => {
  const before = await feed.getMix();
  await expect(feed.saveMix(mix(entry('a.likes'), entry('a.likes')))).rejects.toThrow('mix_invalid');
  await expect(feed.saveMix(mix(entry('a.gone')))).rejects.toThrow('algorithm_not_found');
  await expect(feed.saveMix(mix(entry('a.likes', { settings: { x: 1 } })))).rejects.toThrow(
    'algorithm_setting_invalid',
  );
  await expect(feed.saveMix({ ...mix(entry('a.likes')), blend: 'score' })).rejects.toThrow('mix_invalid');
  expect(await feed.getMix()).toEqual(before);
});
