import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostView } from '../../protocol/owner/data.ts';
import type { FeedPage, Mix } from '../../protocol/owner/feed.ts';
import type { ComparisonPair } from '../../protocol/owner/learning.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { startLocker, type DrivenLocker } from './driven-locker.ts';

let folder: string;
let locker: DrivenLocker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-learning-'));
  locker = await startLocker(folder, ['--sample']);
  const entry = { algorithm: 'org.datalocker.my-comparisons', enabled: true, weight: 1, settings: {} };
  const mix: Mix = {
    ...{ id: 'taste', name: 'Taste', blend: 'rank', window: { maxItems: 5000, maxAgeHours: null } },
    entries: [{ entry: 'taste', ...entry }],
  };
  await locker.call(ROUTES.saveMix, { body: mix });
}, 120_000);

afterAll(async () => {
  await locker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A preference that somebody could have: talk over applause. */
function worth({ replies, likes, text }: PostView): number {
  return 2 * Math.log2(1 + (replies ?? 0)) - Math.log2(1 + (likes ?? 0)) + 0.5 * Math.log2(1 + text.length);
}

async function ask(without: readonly string[] = []): Promise<NonNullable<ComparisonPair['pair']>> {
  const { pair } = await locker.call(ROUTES.comparisonPair, { body: { without } });
  if (pair === null) throw new Error('nothing to ask about');
  return pair;
}

async function feed(limit: number): Promise<FeedPage> {
  return locker.call(ROUTES.makeFeed, { body: { order: 'mix', limit } });
}

/** Part of the pairs of posts of the feed, by different places, that stand as the preference says. */
function agreement({ items }: FeedPage): number {
  const posts = items.filter(({ post }) => !post.mine && post.boostOf === null).map(({ post }) => worth(post));
  let right = 0;
  let all = 0;
  for (let one = 0; one < posts.length; one++) {
    for (let other = one + 7; other < posts.length; other += 7) {
      if (posts[one] === posts[other]) continue;
      all++;
      if ((posts[one] ?? 0) > (posts[other] ?? 0)) right++;
    }
  }
  return right / all;
}

test('a planted preference is recovered over the routes that the screens use', { timeout: 120_000 }, async () => {
  expect(agreement(await feed(200))).toBeLessThan(0.6);
  for (let answers = 1; answers <= 40; answers++) {
    const [one, other] = await ask();
    const [better, worse] = worth(one) >= worth(other) ? [one, other] : [other, one];
    const body = { better: better.id, worse: worse.id };
    expect(await locker.call(ROUTES.compare, { body })).toEqual({ answered: answers });
  }
  // Posts nobody was asked about, over the whole feed: from its top, its middle and its end.
  const { feedId, total } = await feed(1);
  const parts = await Promise.all(
    [0, 0.25, 0.5, 0.75].map(async (part) =>
      locker.call(ROUTES.feedPage, {
        params: { id: feedId },
        query: { offset: String(Math.floor(total * part)), limit: '100' },
      }),
    ),
  );
  const spread = agreement({ ...(await feed(1)), items: parts.flatMap(({ items }) => items) });
  expect(spread).toBeGreaterThan(0.75);
  const { items } = await locker.call(ROUTES.learnt);
  const taste = items.find(({ entry }) => entry === 'taste')?.taste;
  const told = new Map(taste?.facts.map(({ name, lifts }) => [name, lifts]));
  expect(told.get('how many replies a post has')).toBe(true);
  expect(told.get('how many likes a post has')).toBe(false);
  expect(taste?.fits).toBeGreaterThanOrEqual(35);
});

test('a question may be about one post, and passes over others', { timeout: 60_000 }, async () => {
  const [one, other] = await ask();
  const { pair } = await locker.call(ROUTES.comparisonPair, { body: { about: one.id, without: [other.id] } });
  expect(pair?.[0].id).toBe(one.id);
  expect(pair?.[1].id).not.toBe(other.id);
  const { pair: none } = await locker.call(ROUTES.comparisonPair, { body: { about: '1' } });
  expect(none).toBeNull();
});

test('answers and wishes are taken back, one by one and all at once', { timeout: 60_000 }, async () => {
  const { items, total } = await locker.call(ROUTES.answers, { query: { limit: '2' } });
  expect([items.length, total]).toEqual([2, 40]);
  const params = { better: items[0]?.better.id ?? '', worse: items[0]?.worse.id ?? '' };
  expect(await locker.call(ROUTES.dropComparison, { params })).toEqual({ answered: 39 });
  await expect(locker.call(ROUTES.dropComparison, { params })).rejects.toMatchObject({ code: 'record_not_found' });

  const posts = (await feed(20)).items.filter(({ post }) => !post.mine && post.acts.length === 0).slice(0, 3);
  for (const [at, { post }] of posts.entries()) {
    await locker.call(ROUTES.makeAct, { body: { act: at === 0 ? 'less' : 'more', record: post.id } });
  }
  const before = await locker.call(ROUTES.wishes);
  expect(before.items.slice(0, 3).map(({ act }) => act)).toEqual(['more', 'more', 'less']);
  await locker.call(ROUTES.dropWishes);
  expect(await locker.call(ROUTES.wishes)).toMatchObject({ items: [], total: 0 });

  await locker.call(ROUTES.forgetComparisons);
  expect(await locker.call(ROUTES.comparisons)).toEqual({ answered: 0 });
  const { items: left } = await locker.call(ROUTES.learnt);
  expect(left.filter(({ learnt }) => learnt !== null)).toEqual([]);
});
