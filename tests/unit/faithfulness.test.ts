import { afterAll, beforeAll, expect, test } from 'vitest';
import { branded, type RecordId } from '../../protocol/brand.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { Mix, MixEntry, Why } from '../../protocol/owner/feed.ts';
import { explainSample, faithfulnessOf, faithfulnessText, held } from './faithfulness.ts';
import { openTownLocker, type TownLocker } from './town-locker.ts';

const soak = process.env['SOAK'] === '1';
const POSTS = soak ? 5000 : 2000;
const SAMPLED = soak ? 500 : 30;

let town: TownLocker;
beforeAll(async () => {
  town = await openTownLocker(POSTS);
  // Somebody who wanted more of some people.
  const { items } = await town.feed.makeFeed({ order: 'newest', limit: 200 });
  for (const [place, { post }] of items.entries())
    if (place % 5 === 0) await town.records.act('more', branded<string, 'RecordId'>(post.id));
  // And who likes long posts that are talked about.
  await town.feed.saveMix(mix(entry('my-comparisons')));
  const liking = ({ text, replies, likes }: PostView): number => text.length / 40 + (replies ?? 0) + (likes ?? 0) / 4;
  for (let answer = 0; answer < 40; answer++) {
    const { pair } = await town.feed.comparisonPair();
    const [better, worse] = (pair ?? []).toSorted((a, b) => liking(b) - liking(a));
    if (better !== undefined && worse !== undefined) await town.feed.compare({ better: better.id, worse: worse.id });
  }
});
afterAll(async () => {
  await town[Symbol.asyncDispose]();
});

function entry(name: string, more: Partial<MixEntry> = {}): MixEntry {
  return { entry: name, algorithm: `org.datalocker.${name}`, enabled: true, weight: 1, settings: {}, ...more };
}

function mix(...entries: MixEntry[]): Mix {
  return { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: POSTS, maxAgeHours: null }, entries };
}

const RANKERS = [
  'weighted-mix',
  'unusually-good',
  'hacker-news',
  'fair-heat',
  'reddit',
  'newest-first',
  'people-i-talk-to',
  'x-weights',
  'my-comparisons',
  'see-more',
];

async function explain(of: Mix): Promise<Why[]> {
  const page = await town.feed.makeFeed({ order: 'mix', limit: 1, mix: of });
  expect(page.notices).toEqual([]);
  return explainSample(town.feed, page.feedId, page.total - page.hidden, SAMPLED);
}

test(
  `at least 95 % of ${SAMPLED} counterfactuals move the post in the direction claimed`,
  { timeout: 900_000 },
  async () => {
    const whys = await explain(mix(...RANKERS.map((name) => entry(name)), entry('spread')));
    const found = faithfulnessOf(whys);
    console.log(faithfulnessText('town, all rankers and spread', found));
    expect([...found.byAlgorithm.keys()].sort()).toEqual(RANKERS.map((name) => `org.datalocker.${name}`).sort());
    for (const [algorithm, tally] of found.byAlgorithm) expect(held(tally), algorithm).toBeGreaterThanOrEqual(0.95);
    expect(held(found.told)).toBeGreaterThanOrEqual(0.95);
  },
);

test.each(RANKERS)('%s alone: at least 95 % of the counterfactuals hold', { timeout: 900_000 }, async (name) => {
  const found = faithfulnessOf(await explain(mix(entry(name))));
  console.log(faithfulnessText('alone', found));
  expect(held(found.all)).toBeGreaterThanOrEqual(0.95);
});

/** The middle of the known counts, the lower of two. */
function median(counts: readonly (number | null)[]): number {
  const known = counts.filter((count) => count !== null).sort((a, b) => a - b);
  return known[(known.length - 1) >> 1] ?? 0;
}

test('“would be 37th without its reactions” is what happens when the post has ordinary reactions', async () => {
  const heat = mix(entry('hacker-news'));
  const page = await town.feed.makeFeed({ order: 'mix', limit: 200, mix: heat });
  const posts = page.items.map(({ post }) => post);
  for (let offset = 200; offset < page.total; offset += 200) {
    const { items } = await town.feed.feedPage(page.feedId, { offset, limit: 200 });
    posts.push(...items.map(({ post }) => post));
  }
  expect(posts).toHaveLength(page.total);
  const [likes, shares, replies] = (['likes', 'boosts', 'replies'] as const).map((name): JsonObject => {
    return { type: 'Collection', totalItems: median(posts.map((post) => post[name])) };
  });
  if (likes === undefined || shares === undefined || replies === undefined) throw new Error('three counts');
  const counted = posts.filter(({ boostOf, likes: known }) => boostOf === null && known !== null);
  let compared = 0;
  for (let at = 0; at < counted.length; at += Math.floor(counted.length / 12)) {
    const id = branded<string, 'RecordId'>(counted[at]?.id ?? '');
    const why = await town.feed.feedWhy(page.feedId, id);
    const reactions = why.shares[0]?.contributions.find(({ name }) => name === 'reactions');
    if (reactions === undefined || reactions.rankWithout === null) continue;
    await town.records.edit(id, { likes, shares, replies });
    expect(await rankIn(heat, id), `post ${id}`).toBe(reactions.rankWithout);
    await town.records.edit(id, {});
    compared++;
  }
  expect(compared).toBeGreaterThanOrEqual(10);
  const after = await town.feed.makeFeed({ order: 'mix', limit: 200, mix: heat });
  expect(after.items.map(({ post }) => post.id)).toEqual(page.items.map(({ post }) => post.id));
});

async function rankIn(of: Mix, id: RecordId): Promise<number | null> {
  const { feedId } = await town.feed.makeFeed({ order: 'mix', limit: 1, mix: of });
  return (await town.feed.feedWhy(feedId, id)).rank;
}
