import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Mix, type Origin } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import type { Feed } from './index.ts';
import { fakeAuthor } from './testing/fake-posts.ts';
import { byColumn, fakeRuns, wordBlocker } from './testing/fake-sandbox.ts';
import { fakeSource, type FakeSource, type StoredPost } from './testing/fake-source.ts';
import { entry, feedOver, ids, mix, request, START } from './testing/test-feed.ts';
import { FeedWindow } from './window.ts';

const TOWN: Origin = { kind: 'source', id: '7', name: 'Town' };
const BLOG: Origin = { kind: 'source', id: '8', name: '' };
const FRIENDS: Origin = { kind: 'list', id: 'friends', name: 'Friends' };
const POSTS: readonly StoredPost[] = [
  { id: 1, author: 1, source: 7, likes: 1, text: 'about cats' },
  { id: 2, author: 2, source: 8, likes: 5, replies: 2 },
  { id: 3, author: 1, source: 7, likes: 3 },
  { id: 4, author: 3, source: 9, likes: 9, text: 'about cats' },
  { id: 5, author: 2, source: 9, likes: 2 },
];

/** Origins as the store knows them; the members of lists change. */
let known: Map<string, { sources: number[]; authors: number[] }>;
let store: TestStore;
let source: FakeSource;
let feed: Feed;

/** The test's posts are not in the store, and so it cannot know where they come from. */
function withOrigins(real: TestStore): Pick<Store, 'read' | 'write'> {
  const read = (name: string, input: { origins: readonly Origin[] }): unknown => {
    if (name !== 'feed.originKeys') return real.read(name as never, input as never);
    const found = input.origins.map(({ id }) => known.get(id));
    return Promise.resolve({
      sources: found.flatMap((one) => one?.sources ?? []),
      authors: found.flatMap((one) => one?.authors ?? []),
      gone: [...found.keys()].filter((place) => found[place] === undefined),
    });
  };
  return { read: read as Store['read'], write: real.write.bind(real) };
}

function open(posts: FakeSource = source): Feed {
  const runs = fakeRuns([byColumn('a.likes', 'likes'), byColumn('a.replies', 'replies'), wordBlocker('a.words')]);
  return feedOver({ store: withOrigins(store), source: posts, runs, now: () => START });
}

// As the owner API reads it: the order of a mix's properties is part of what a feed is made from.
const byLikes = (looksAt: Origin[], ...more: Mix['entries']): Mix =>
  Mix.parse({ ...mix(entry('a.likes'), ...more), looksAt });

beforeEach(async () => {
  store = await openTestStore();
  source = fakeSource(POSTS);
  known = new Map([
    ['7', { sources: [7], authors: [] }],
    ['8', { sources: [8], authors: [] }],
    ['friends', { sources: [], authors: [2] }],
  ]);
  feed = open();
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

describe('a mix that looks at some posts', () => {
  test('takes those from a source or by somebody on a list, newest first too; others take everything', async () => {
    expect(ids(await feed.makeFeed({ ...request, mix: byLikes([TOWN]) }))).toEqual([3, 1]);
    expect(ids(await feed.makeFeed({ ...request, mix: byLikes([TOWN, FRIENDS]) }))).toEqual([2, 3, 5, 1]);
    expect((await feed.makeFeed({ ...request, mix: mix(entry('a.likes')) })).total).toBe(5);
    await feed.saveMix(byLikes([FRIENDS]));
    expect(ids(await feed.makeFeed({ ...request, order: 'newest' }))).toEqual([5, 2]);
  });

  test('counts, what is hidden, why, and checking again speak of these posts alone', async () => {
    await feed.saveWords({
      words: [{ value: 'cats', targets: ['content'], severity: 3, excludeFollowing: false, expiresAt: null }],
      hosts: [],
    });
    await feed.saveMix(byLikes([TOWN], entry('a.words')));
    const page = await feed.makeFeed(request);
    expect([page.total, page.hidden, ids(page)]).toEqual([2, 1, [3]]);
    const drawer = await feed.feedHidden(page.feedId, { offset: 0, limit: 10 });
    expect(drawer.items.map(({ post }) => post.id)).toEqual(['1']);
    source.put({ id: 6, author: 3, source: 9 }, { id: 7, author: 3, source: 7 });
    expect(await feed.feedNew(page.feedId)).toEqual({ count: 1 });
    await feed.settled();
    feed = open();
    expect(await feed.feedWhy(page.feedId, '3')).toMatchObject({ rank: 1, total: 1, newestRank: 1 });
    expect(await feed.feedVerify(page.feedId)).toMatchObject({ verdict: 'same' });
  });

  test('reaches as far back as its posts go, not as far as everybody’s', async () => {
    const small: Mix = { ...byLikes([TOWN]), window: { maxItems: 2, maxAgeHours: null } };
    expect(ids(await feed.makeFeed({ ...request, mix: small }))).toEqual([3, 1]);
    source.put({ id: 6, author: 4, source: 9 }, { id: 7, author: 4, source: 7, likes: 2 });
    expect(ids(await feed.makeFeed({ ...request, mix: small }))).toEqual([3, 7]);
    source.put({ id: 3, author: 1, source: 9, likes: 3 });
    expect(ids(await feed.makeFeed({ ...request, mix: small }))).toEqual([7, 1]);
  });

  test('follows a list that changes', async () => {
    const friends = byLikes([FRIENDS]);
    expect(ids(await feed.makeFeed({ ...request, mix: friends }))).toEqual([2, 5]);
    known.set('friends', { sources: [], authors: [2, 3] });
    expect(ids(await feed.makeFeed({ ...request, mix: friends }))).toEqual([4, 2, 5]);
  });

  test('what is gone is told by the name it had, and the rest goes on; a feed told so is the same again', async () => {
    known.delete('7');
    known.delete('8');
    await feed.saveMix(byLikes([TOWN, BLOG, FRIENDS]));
    const page = await feed.makeFeed(request);
    expect(ids(page)).toEqual([2, 5]);
    expect(page.notices).toEqual([
      { entry: '', algorithm: '', name: 'Town', problem: 'gone' },
      { entry: '', algorithm: '', name: '8', problem: 'gone' },
    ]);
    expect(await feed.feedVerify(page.feedId)).toMatchObject({ verdict: 'same' });
  });

  test('the same one twice is refused', async () => {
    await expect(feed.saveMix(byLikes([TOWN, { ...TOWN, name: 'Other' }]))).rejects.toMatchObject({
      code: 'mix_invalid',
    });
  });

  test('a look back takes the same posts', async () => {
    source.put(
      { id: 60, published: START - 60_000, author: 1, source: 7, likes: 1 },
      { id: 61, published: START - 120_000, author: 3, source: 9, likes: 9 },
    );
    const looked = await feed.replay({ days: 1, page: 5, mix: byLikes([TOWN]), other: mix(entry('a.likes')) }, never);
    expect([looked.mix.shown, looked.newest.shown, looked.other.shown]).toEqual([1, 1, 2]);
    expect(looked.missed.items.map(({ id }) => id)).toEqual(['61']);
  });
});

const never = new AbortController().signal;

test('looking at some and ranking them is ranking a locker that holds nothing else', async () => {
  const post = fc.record({
    author: fc.integer({ min: 1, max: 4 }),
    source: fc.integer({ min: 7, max: 9 }),
    likes: fc.integer({ min: 0, max: 5 }),
    replies: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(post, { maxLength: 25 }),
      fc.uniqueArray(fc.constantFrom(TOWN, BLOG, FRIENDS), { minLength: 1 }),
      async (some, looksAt) => {
        const posts = some.map((one, at) => ({ ...one, id: at + 1 }));
        const authors = new Set(looksAt.flatMap(({ id }) => known.get(id)?.authors ?? []));
        const sources = new Set(looksAt.flatMap(({ id }) => known.get(id)?.sources ?? []));
        const alone = posts.filter((one) => authors.has(one.author) || sources.has(one.source));
        const rankers = [entry('a.likes'), entry('a.replies', { weight: 2 })];
        await using limited = open(fakeSource(posts));
        await using bare = open(fakeSource(alone));
        const here = await limited.makeFeed({ ...request, mix: { ...mix(...rankers), looksAt } });
        const there = await bare.makeFeed({ ...request, mix: mix(...rankers) });
        expect([ids(here), here.total]).toEqual([ids(there), there.total]);
      },
    ),
    { numRuns: process.env.SOAK === '1' ? 1000 : 40 },
  );
});

test('a limited window that follows changes holds what loading it afresh gives', async () => {
  const among = { sources: [7], authors: [2] };
  const post = fc.record({
    id: fc.integer({ min: 1, max: 30 }),
    published: fc.integer({ min: 1, max: 10 }),
    author: fc.integer({ min: 1, max: 3 }),
    source: fc.integer({ min: 7, max: 8 }),
  });
  const step = fc.oneof(
    fc.record({ put: fc.array(post, { maxLength: 6 }) }),
    fc.record({ remove: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.integer({ min: 1, max: 12 }), async (steps, maxItems) => {
      const from = fakeSource();
      from.putAuthor(fakeAuthor(1));
      const followed = new FeedWindow(from, () => 1, among);
      const size = { maxItems, maxAgeHours: null };
      for (const next of steps) {
        if ('put' in next) from.put(...next.put);
        else from.remove(...next.remove);
        const { posts } = await followed.posts(size, START, 'UTC');
        const fresh = await new FeedWindow(from, undefined, among).posts(size, START, 'UTC');
        expect([...posts.f64('id')]).toEqual([...fresh.posts.f64('id')]);
      }
    }),
    { numRuns: process.env.SOAK === '1' ? 2000 : 60 },
  );
});
