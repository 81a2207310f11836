import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mix } from '../../protocol/owner/feed.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import type { Feed } from './feed.ts';
import { fakeAuthor } from './testing/fake-posts.ts';
import {
  byColumn,
  fakeRuns,
  reverser,
  wordBlocker,
  type FakeAlgorithm,
  type FakeRuns,
} from './testing/fake-sandbox.ts';
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

  test('after warming up, the first feed reads no text and runs no blocker', async () => {
    await feed.saveWords(words);
    await feed.saveMix(blocking);
    await feed.warm();
    const before = { texts: source.calls.texts, runs: runs.runs.length };
    expect(before.texts).toBe(1);
    expect((await feed.makeFeed(request)).hidden).toBe(2);
    expect([source.calls.texts, runs.runs.length]).toEqual([before.texts, before.runs]);
    expect(await feed.feeds()).toHaveLength(1);
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
