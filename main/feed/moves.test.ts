import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FeedPage, Mix } from '../../protocol/owner/feed.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import type { Feed } from './index.ts';
import { byColumn, fakeRuns, reverser, wordBlocker } from './testing/fake-sandbox.ts';
import { fakeSource, type FakeSource } from './testing/fake-source.ts';
import { entry, feedOver, mix, START } from './testing/test-feed.ts';

let store: TestStore;
let source: FakeSource;
let feed: Feed;

function open(): Feed {
  const runs = fakeRuns([
    byColumn('a.likes', 'likes'),
    byColumn('a.replies', 'replies'),
    wordBlocker('a.words'),
    reverser('a.turn'),
    {
      manifest: { id: 'a.damp', kind: 'damper' },
      module: { dampen: (batch) => Float64Array.from({ length: batch.n }, (_, row) => (row === 0 ? 0.1 : 1)) },
    },
  ]);
  return feedOver({ store, source, runs, now: () => START });
}

// Newest first: 4, 3, 2, 1.
beforeEach(async () => {
  store = await openTestStore();
  source = fakeSource([
    { id: 1, author: 1, likes: 1, replies: 40, text: 'about cats' },
    { id: 2, author: 1, likes: 2, replies: 30 },
    { id: 3, author: 1, likes: 3, replies: 20 },
    { id: 4, author: 1, likes: 4, replies: 10 },
  ]);
  feed = open();
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const two = (likes: number, replies: number): Mix =>
  mix(entry('a.likes', { weight: likes }), entry('a.replies', { weight: replies }));

async function moved(before: Mix, now: Mix, limit = 4): Promise<FeedPage['moves']> {
  const { feedId } = await feed.makeFeed({ order: 'mix', limit, mix: before });
  return (await feed.makeFeed({ order: 'mix', limit, mix: now, previous: feedId })).moves;
}

const told = (moves: FeedPage['moves']): unknown[] =>
  moves.map(({ record, from, to, by }) => [record, from, to, by === null ? null : `${by.name} ${by.how}`]).sort();

test('nothing moved, nothing to tell', async () => {
  expect(await moved(two(3, 1), two(6, 2))).toEqual([]);
});

test('every post of the page and every one that left it: from where to where, and the ranker behind it', async () => {
  expect(told(await moved(two(3, 1), two(1, 3), 2))).toEqual([
    ['1', 4, 1, 'a.replies lifts'],
    ['2', 3, 2, 'a.replies lifts'],
    ['3', 2, 3, 'a.replies sinks'],
    ['4', 1, 4, 'a.replies sinks'],
  ]);
});

test('a ranker that is let go of lifts less, or sinks less', async () => {
  expect(told(await moved(two(1, 3), two(1, 0.5)))).toEqual([
    ['1', 1, 4, 'a.likes sinks'],
    ['2', 2, 3, 'a.likes sinks'],
    ['3', 3, 2, 'a.likes lifts'],
    ['4', 4, 1, 'a.likes lifts'],
  ]);
  const replies = mix(entry('a.replies'));
  expect(told(await moved(replies, mix(entry('a.replies', { weight: 0 }))))).toEqual([
    ['1', 1, 4, 'a.replies liftsLess'],
    ['2', 2, 3, 'a.replies liftsLess'],
    ['3', 3, 2, 'a.replies sinksLess'],
    ['4', 4, 1, 'a.replies sinksLess'],
  ]);
});

test('what is hidden, comes back, is turned down or rearranged', async () => {
  const likes = mix(entry('a.likes'));
  await feed.saveWords({
    words: [{ value: 'cats', targets: ['content'], severity: 3, excludeFollowing: false, expiresAt: null }],
    hosts: [],
  });
  const blocked = mix(entry('a.likes'), entry('a.words'));
  expect(told(await moved(likes, blocked))).toEqual([['1', 4, null, 'a.words hides']]);
  expect(told(await moved(blocked, likes))).toEqual([['1', null, 4, 'a.words shows']]);
  const damped = await moved(likes, mix(entry('a.likes'), entry('a.damp')));
  expect(told(damped)).toContainEqual(['4', 1, 3, 'a.damp sinks']);
  expect(told(await moved(likes, mix(entry('a.likes'), entry('a.turn')), 1))).toEqual([
    ['1', 4, 1, 'a.turn arranges'],
    ['4', 1, 4, 'a.turn arranges'],
  ]);
});

test('a later page is compared as well; a feed whose rows are gone tells places alone', async () => {
  await feed.saveMix(two(3, 1));
  const first = await feed.makeFeed({ order: 'mix', limit: 2 });
  const second = await feed.makeFeed({ order: 'mix', limit: 2, mix: two(1, 3) });
  const page = await feed.feedPage(second.feedId, { offset: 2, limit: 2, previous: first.feedId });
  expect(told(page.moves)).toContainEqual(['4', 1, 4, 'a.replies sinks']);
  expect((await feed.feedPage(second.feedId, { offset: 2, limit: 2 })).moves).toEqual([]);
  await feed.settled();
  feed = open();
  const again = await feed.makeFeed({ order: 'mix', limit: 2, mix: two(1, 3), previous: first.feedId });
  expect(told(again.moves)).toContainEqual(['1', 4, 1, null]);
});

test('columns in which something is known', async () => {
  const { columns } = await feed.columnsKnown();
  expect(columns).toEqual(expect.arrayContaining(['ageHours', 'likes', 'replies', 'authorIdx']));
  for (const name of ['boosts', 'downs', 'followers', 'lessDays', 'myLikes']) expect(columns).not.toContain(name);
});
