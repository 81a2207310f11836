import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../store/testing.ts';
import type { Feed } from './feed.ts';
import { fakeRuns, type FakeAlgorithm, type FakeRuns } from './testing/fake-sandbox.ts';
import { fakeSource, type FakeSource } from './testing/fake-source.ts';
import { entry, feedOver, ids, mix, POSTS, request, START } from './testing/test-feed.ts';

/** Puts posts of the tags it has read last; learns which. */
const READER: FakeAlgorithm = {
  manifest: {
    id: 'a.reader',
    kind: 'ranker',
    learns: 'reading',
    needs: { post: ['personTag'], author: [], text: 'none', owner: [], labels: false },
  },
  module: {
    score: (batch, ctx) => ({
      score: Float64Array.from(batch.u32.personTag ?? [], (tag) => (ctx.state?.includes(tag) === true ? 0 : 1)),
    }),
    fit: (batch, ctx) => Float64Array.from([...(ctx.state ?? []), ...(batch.u32.personTag ?? [])]),
  },
};

/** Likes what has more replies as much as the owner's answers did. */
export const PAIRS: FakeAlgorithm = {
  manifest: {
    id: 'a.pairs',
    kind: 'ranker',
    learns: 'comparisons',
    needs: { post: ['replies'], author: ['followers'], text: 'none', owner: [], labels: false },
  },
  module: {
    score: (batch, ctx) => ({
      score: Float64Array.from(batch.f64.replies ?? [], (count) => count * (ctx.state?.[0] ?? 0)),
    }),
    fit(batch) {
      const replies = batch.f64.replies ?? new Float64Array();
      let votes = 0;
      for (let row = 0; row < batch.n; row += 2) votes += Math.sign((replies[row] ?? 0) - (replies[row + 1] ?? 0));
      return Float64Array.of(votes);
    },
  },
};

let store: TestStore;
let source: FakeSource;
let runs: FakeRuns;
let feed: Feed;

function open(): Feed {
  return feedOver({ store, source, runs, now: () => START });
}

beforeEach(async () => {
  store = await openTestStore();
  source = fakeSource(POSTS);
  runs = fakeRuns([READER, PAIRS]);
  feed = open();
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

test('what was read is learnt, stays over a restart, and can be forgotten', async () => {
  await feed.saveMix(mix(entry('a.reader')));
  const first = await feed.makeFeed(request);
  expect(ids(first)).toEqual([4, 3, 2, 1]);
  await feed.feedPosition(first.feedId, { record: '3' });
  await feed.settled();
  // Persons 3 and 1 were read: what is left of person 1 goes down, too.
  expect(ids(await feed.makeFeed(request))).toEqual([2, 4, 3, 1]);
  await feed[Symbol.asyncDispose]();
  feed = open();
  expect(ids(await feed.makeFeed(request))).toEqual([2, 4, 3, 1]);
  await feed.forgetLearnt('m', 'a-reader');
  expect(ids(await feed.makeFeed(request))).toEqual([4, 3, 2, 1]);
});

test('a feed tells that what was learnt since is another input', async () => {
  await feed.saveMix(mix(entry('a.reader')));
  const { feedId } = await feed.makeFeed(request);
  expect(await feed.feedVerify(feedId)).toMatchObject({ verdict: 'same' });
  await feed.feedPosition(feedId, { record: '3' });
  await feed.settled();
  expect(await feed.feedVerify(feedId)).toMatchObject({ verdict: 'inputs-changed', changed: [] });
});

test('a feed that was only tried teaches nothing', async () => {
  const tried = await feed.makeFeed({ ...request, mix: mix(entry('a.reader')) });
  await feed.feedPosition(tried.feedId, { record: '3' });
  await feed.settled();
  expect(runs.runs.filter((run) => run.startsWith('fit'))).toEqual([]);
});

test('a learner that fails keeps what it had', async () => {
  await feed.saveMix(mix(entry('a.reader')));
  const { feedId } = await feed.makeFeed(request);
  await feed.feedPosition(feedId, { record: '4' });
  await feed.settled();
  const before = ids(await feed.makeFeed(request));
  runs.failing.add('a.reader');
  await feed.feedPosition(feedId, { record: '2' });
  await feed.settled();
  runs.failing.delete('a.reader');
  expect(ids(await feed.makeFeed(request))).toEqual(before);
});
