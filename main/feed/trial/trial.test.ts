import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Algorithm, Batch } from '../../../protocol/batch.ts';
import type { Trial } from '../../../protocol/owner/trial.ts';
import { openTestStore, type TestStore } from '../../store/testing.ts';
import type { Feed } from '../index.ts';
import { fakeAuthor } from '../testing/fake-posts.ts';
import {
  byColumn,
  fakeRuns,
  reverser,
  wordBlocker,
  type FakeAlgorithm,
  type FakeRuns,
} from '../testing/fake-sandbox.ts';
import { fakeSource, type FakeSource } from '../testing/fake-source.ts';
import { feedOver, START } from '../testing/test-feed.ts';

const COUNT = 60;
const never = new AbortController().signal;

function ranker(id: string, author: 'followers'[], module: Algorithm): FakeAlgorithm {
  const needs = { post: ['authorIdx' as const], author, text: 'none' as const, owner: [], labels: false };
  return { manifest: { id, kind: 'ranker', scope: 'slate', needs }, module };
}

const byFollowers = ranker('a.followers', ['followers'], {
  score: (batch: Batch) => ({
    score: Float64Array.from(batch.u32.authorIdx ?? [], (author) => batch.author.f64.followers?.[author] ?? NaN),
  }),
});
/** Prefers authors by their number, which says nothing about them. */
const byNumber = ranker('a.number', [], {
  score: (batch: Batch) => ({ score: Float64Array.from(batch.u32.authorIdx ?? []) }),
});
let store: TestStore;
let source: FakeSource;
let runs: FakeRuns;
let feed: Feed;

beforeEach(async () => {
  store = await openTestStore();
  source = fakeSource();
  // Newer posts have more likes; six authors take turns, the first with the most followers.
  for (let author = 1; author <= 6; author++)
    source.putAuthor(fakeAuthor(author, { followers: author === 6 ? NaN : 1000 / author }));
  for (let id = 1; id <= COUNT; id++)
    source.put({ id, author: 1 + (id % 6), likes: id, text: id % 10 === 0 ? 'about cats' : 'about dogs' });
  runs = fakeRuns([byColumn('a.likes', 'likes'), byFollowers, byNumber, reverser('a.turn'), wordBlocker('a.words')]);
  feed = feedOver({ store, source, runs, now: () => START });
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function tried(id: string, facts = true): Promise<Trial> {
  return feed.trial(await runs.algorithms.load(id), { facts }, never);
}
const factOf = ({ facts }: Trial, name: string): unknown => facts.find(({ fact }) => fact === name);

describe('what an algorithm does by itself', () => {
  test('a ranker: what it puts first, whom it lifts and sinks against the order of time', async () => {
    const { top, lifted, sunk, unscored, posts, hidden } = await tried('a.followers');
    expect(posts).toBe(COUNT);
    expect(unscored).toBe(COUNT / 6);
    expect(hidden.count).toBe(0);
    expect(top.items.map(({ id }) => Number(id) % 6)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(lifted[0]).toMatchObject({ uri: 'https://town.example/@1', posts: COUNT / 6 });
    expect(lifted[0]?.places).toBeGreaterThan(0);
    expect(sunk[0]?.uri).toBe('https://town.example/@5');
  });

  test('a blocker: what it hides, and of whom', async () => {
    await feed.saveWords({
      words: [{ value: 'cats', targets: ['content'], severity: 3, excludeFollowing: false, expiresAt: null }],
      hosts: [],
    });
    const found = await tried('a.words');
    expect(found.hidden.count).toBe(6);
    expect(found.hidden.items.every(({ id }) => Number(id) % 10 === 0)).toBe(true);
    expect(found.hiddenPeople.reduce((sum, { posts }) => sum + posts, 0)).toBe(6);
    expect(found.top).toEqual({ count: 0, items: [] });
  });

  test('a reranker turns the order of time', async () => {
    const { top } = await tried('a.turn');
    expect(top.items.map(({ id }) => Number(id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('one that fails is said to, and no more', async () => {
    runs.failing.add('a.likes');
    expect(await tried('a.likes')).toMatchObject({ failure: 'deadline', posts: COUNT, facts: [], lifted: [] });
    expect(runs.failures).toEqual([]);
  });
});

describe('the facts', () => {
  test('ten times the followers lifts a post that is ranked by them, and one more like does not', async () => {
    const found = await tried('a.followers');
    expect(factOf(found, 'followers')).toMatchObject({ reads: true, fact: 'followers' });
    const { tried: many, moved, farthest } = factOf(found, 'followers') as Trial['facts'][number];
    expect(many).toBeGreaterThan(3);
    expect(moved).toBeGreaterThan(0);
    expect(farthest).toBeGreaterThan(0);
    expect(factOf(found, 'like')).toMatchObject({ reads: false, tried: 0, middle: null });
    expect(factOf(found, 'renamed')).toMatchObject({ reads: true, tried: COUNT, moved: 0, middle: 0, farthest: 0 });
  });

  test('one more like moves a post by one place at most where each has another number', async () => {
    expect(factOf(await tried('a.likes'), 'like')).toMatchObject({ reads: true, middle: expect.any(Number) });
  });

  test('whoever goes by the number of an author is found out', async () => {
    const { moved } = factOf(await tried('a.number'), 'renamed') as Trial['facts'][number];
    expect(moved).toBeGreaterThan(COUNT / 2);
  });

  test('are left out when they are not asked for', async () => {
    expect((await tried('a.likes', false)).facts).toEqual([]);
  });
});
