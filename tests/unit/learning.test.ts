import { afterAll, beforeAll, expect, test } from 'vitest';
import { branded } from '../../protocol/brand.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { Mix, MixEntry } from '../../protocol/owner/feed.ts';
import { openTownLocker, type TownLocker } from './town-locker.ts';

let town: TownLocker;
beforeAll(async () => {
  town = await openTownLocker(800);
});
afterAll(async () => {
  await town[Symbol.asyncDispose]();
});

function entry(name: string): MixEntry {
  return { entry: name, algorithm: `org.datalocker.${name}`, enabled: true, weight: 1, settings: {} };
}

function mix(...entries: MixEntry[]): Mix {
  return { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: 800, maxAgeHours: null }, entries };
}

test('the owner is asked for pairs, and what was preferred comes first', { timeout: 120_000 }, async () => {
  await town.feed.saveMix(mix(entry('my-comparisons')));
  const before = await town.feed.makeFeed({ order: 'mix', limit: 40 });
  expect(
    before.items.every(
      ({ post }, at) => at === 0 || (post.published ?? 0) <= (before.items[at - 1]?.post.published ?? 0),
    ),
  ).toBe(true);
  const length = ({ text }: PostView): number => text.length;
  for (let answers = 1; answers <= 30; answers++) {
    const { pair, answered } = await town.feed.comparisonPair();
    expect(answered).toBe(answers - 1);
    if (pair === null) throw new Error('nothing to ask about');
    const [one, other] = pair;
    expect(one.author?.uri).not.toBe(other.author?.uri);
    const [better, worse] = length(one) >= length(other) ? [one, other] : [other, one];
    expect(await town.feed.compare({ better: better.id, worse: worse.id })).toEqual({ answered: answers });
  }
  const after = await town.feed.makeFeed({ order: 'mix', limit: 40 });
  const mean = (items: readonly { post: PostView }[]): number =>
    items.reduce((sum, { post }) => sum + length(post), 0) / items.length;
  expect(mean(after.items)).toBeGreaterThan(mean(before.items) * 1.3);
  const why = await town.feed.feedWhy(after.feedId, after.items[0]?.post.id ?? '');
  expect(why.shares[0]?.contributions.map(({ name }) => name)).toContain('its length');
  // Another process knows what was learnt.
  await using fresh = town.freshFeed();
  expect((await fresh.makeFeed({ order: 'mix', limit: 40 })).items.map(({ post }) => post.id)).toEqual(
    after.items.map(({ post }) => post.id),
  );
  await town.feed.forgetComparisons();
  expect(await town.feed.comparisons()).toEqual({ answered: 0 });
  expect((await town.feed.makeFeed({ order: 'mix', limit: 40 })).items.map(({ post }) => post.id)).toEqual(
    before.items.map(({ post }) => post.id),
  );
});

test('a comparison goes with its posts; what is not there cannot be compared', { timeout: 60_000 }, async () => {
  const { pair } = await town.feed.comparisonPair();
  if (pair === null) throw new Error('nothing to ask about');
  const [one, other] = pair;
  expect(await town.feed.compare({ better: one.id, worse: other.id })).toEqual({ answered: 1 });
  // The other way round is another answer to the same question.
  expect(await town.feed.compare({ better: other.id, worse: one.id })).toEqual({ answered: 1 });
  await expect(town.feed.compare({ better: one.id, worse: '999' })).rejects.toMatchObject({ code: 'record_not_found' });
  await town.records.delete([branded<string, 'RecordId'>(one.id)]);
  expect(await town.feed.comparisons()).toEqual({ answered: 0 });
});

test(
  'whom the owner has just read comes later at the next visit, and the reason says so',
  { timeout: 60_000 },
  async () => {
    await town.feed.saveMix(mix(entry('newest-first'), entry('spread')));
    const first = await town.feed.makeFeed({ order: 'mix', limit: 40 });
    await town.feed.feedPosition(first.feedId, { record: first.items[11]?.post.id ?? '' });
    await town.feed.settled();
    const read = new Set(first.items.slice(0, 12).map(({ post }) => post.author?.uri));
    const second = await town.feed.makeFeed({ order: 'mix', limit: 40 });
    const places = (page: typeof first): number =>
      page.items.reduce((sum, { rank, post }) => sum + (read.has(post.author?.uri) ? rank : 0), 0) /
      page.items.filter(({ post }) => read.has(post.author?.uri)).length;
    expect(places(second)).toBeGreaterThan(places(first));
    const whys = await Promise.all(second.items.map(async ({ post }) => town.feed.feedWhy(second.feedId, post.id)));
    expect(whys.some(({ rearranged }) => rearranged[0]?.reason?.code === 'read_lately')).toBe(true);
  },
);
