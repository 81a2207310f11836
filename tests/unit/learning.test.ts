import { afterAll, beforeAll, expect, test } from 'vitest';
import { branded } from '../../protocol/brand.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { Mix, MixEntry } from '../../protocol/owner/feed.ts';
import type { LearntEntry } from '../../protocol/owner/learning.ts';
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
  const { items } = await town.feed.learnt();
  expect(items).toMatchObject([
    {
      mix: 'm',
      mixName: 'Mine',
      entry: 'my-comparisons',
      learns: 'comparisons',
      enabled: true,
      current: true,
      enough: 10,
    },
  ]);
  const [entryLearnt] = items;
  expect(entryLearnt?.learnt).toEqual({ at: town.now, bytes: 8 * 56 });
  expect(entryLearnt?.taste?.facts[0]).toMatchObject({ name: 'how long a post is', lifts: true });
  expect(entryLearnt?.taste?.of).toBe(30);
  expect(entryLearnt?.taste?.fits).toBeGreaterThanOrEqual(27);
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
  'no post is asked about twice while there are others, and none that was passed over',
  { timeout: 60_000 },
  async () => {
    await town.feed.saveMix(mix(entry('my-comparisons')));
    await town.feed.forgetComparisons();
    const seen = new Set<string>();
    const passed: string[] = [];
    for (let time = 0; time < 20; time++) {
      const { pair } = await town.feed.comparisonPair({ without: passed });
      if (pair === null) throw new Error('nothing to ask about');
      for (const { id } of pair) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      const [one, other] = pair;
      if (time % 2 === 0) passed.push(one.id, other.id);
      else await town.feed.compare({ better: one.id, worse: other.id });
    }
  },
);

test('answers are listed, and one that is taken back is unlearnt', { timeout: 60_000 }, async () => {
  const { items, total } = await town.feed.answers({ offset: 0, limit: 3 });
  expect([items.length, total]).toEqual([3, 10]);
  const [last] = items;
  if (last === undefined) throw new Error('no answer');
  const ids = { better: last.better.id, worse: last.worse.id };
  const learnt = async (): Promise<unknown> => (await town.feed.learnt()).items[0]?.taste?.of;
  expect(await learnt()).toBe(10);
  expect(await town.feed.dropComparison(ids)).toEqual({ answered: 9 });
  await expect(town.feed.dropComparison(ids)).rejects.toMatchObject({ code: 'record_not_found' });
  // Nine are too few for it: it ranks nothing any more.
  expect(await learnt()).toBeUndefined();
  expect(await town.feed.compare(ids)).toEqual({ answered: 10 });
  expect(await learnt()).toBe(10);
});

test('a mix that is chosen again knows what was answered meanwhile; what is gone can still be forgotten', async () => {
  const other: Mix = { ...mix(entry('newest-first')), id: 'other', name: 'Other' };
  await town.feed.saveMix(other);
  const { pair } = await town.feed.comparisonPair();
  if (pair === null) throw new Error('nothing to ask about');
  await town.feed.compare({ better: pair[0].id, worse: pair[1].id });
  await town.feed.chooseMix('m');
  expect((await town.feed.learnt()).items[0]?.taste?.of).toBe(11);
  await town.feed.saveMix(mix(entry('newest-first')));
  const ofMine = async (): Promise<LearntEntry[]> => (await town.feed.learnt()).items.filter((one) => one.mix === 'm');
  expect(await ofMine()).toMatchObject([{ entry: 'my-comparisons', outdated: true, taste: null }]);
  await town.feed.forgetLearnt('m', 'my-comparisons');
  expect(await ofMine()).toEqual([]);
  await town.feed.forgetComparisons();
});

test(
  'more like this lifts its author, less takes it back and sinks them; both are listed',
  { timeout: 60_000 },
  async () => {
    await town.feed.saveMix(mix(entry('see-more'), entry('see-less')));
    const first = await town.feed.makeFeed({ order: 'mix', limit: 200 });
    const wished = first.items.findLast(({ post }) => !post.mine && post.boostOf === null)?.post;
    const record = branded<string, 'RecordId'>(wished?.id ?? '');
    const placeOf = async (): Promise<number> => {
      const { feedId } = await town.feed.makeFeed({ order: 'mix', limit: 1 });
      return (await town.feed.feedWhy(feedId, record)).rank ?? 0;
    };
    const before = await placeOf();
    await town.records.act('more', record);
    expect(await town.feed.wishes({ offset: 0, limit: 10 })).toMatchObject({ items: [{ act: 'more' }], total: 1 });
    const lifted = await placeOf();
    expect(lifted).toBeLessThan(before / 4);
    const { feedId } = await town.feed.makeFeed({ order: 'mix', limit: 1 });
    const why = await town.feed.feedWhy(feedId, record);
    expect(why.shares[0]?.contributions[0]?.name).toBe('how often you wanted more of its author');
    await town.records.act('less', record);
    expect(await town.feed.wishes({ offset: 0, limit: 10 })).toMatchObject({
      items: [{ act: 'less', post: { acts: ['less'] } }],
      total: 1,
    });
    expect(await placeOf()).toBeGreaterThan(before);
    await town.records.undoAct('less', record);
    expect((await town.feed.wishes({ offset: 0, limit: 10 })).total).toBe(0);
  },
);

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
