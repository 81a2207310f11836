import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Manifest } from '../../protocol/manifest.ts';
import { Vector } from '../../protocol/vector.ts';
import { vectorBatch, vectorCtx } from '../../protocol/vector-batch.ts';
import manifestJson from './algorithm.json' with { type: 'json' };
import { mixColumns } from './columns.ts';
import { FACTORS, type FactorKey } from './factors.ts';
import { init, score } from './index.ts';
import { decay, Mix, type Weights } from './mix.ts';
import { rowFactors } from './row-factors.ts';

const corpus = process.env['LOCKER_CORPUS'];
const manifest = Manifest.parse(manifestJson);

interface Toot {
  uri: string;
  real_uri: string;
  age_hours: number;
  created_at: string;
  account: string;
  author: string;
  is_boost: boolean;
  images: number;
  videos: number;
  trending_tags: unknown[];
  boosted_by: string[];
  favourites: number;
  boosts: number;
  replies: number;
  times_shown: number[];
}

interface Feed {
  name: string;
  clock: string;
  input: { home_domain: string; accounts: Record<string, { acct: string; followers_count: number }> };
  output: {
    scorers: string[];
    toots: Toot[];
    raw: number[][];
    scorer_data: Record<string, Record<string, number>>;
    weight_sets: {
      name: string;
      is_preset: boolean;
      weights: Record<string, number>;
      weighted: number[][];
      time_decay_multiplier: number[];
      weighted_sum_plus_1: number[];
      score: number[];
      order: number[];
    }[];
  };
}

function weightsOf(published: Record<string, number>): Weights {
  return {
    factors: Float64Array.from(FACTORS, (factor) => published[factor.published] ?? NaN),
    timeDecay: published['TimeDecay'] ?? NaN,
    trending: published['Trending'] ?? NaN,
    outlierDampener: published['OutlierDampener'] ?? NaN,
  };
}

function near(got: number, wanted: number): boolean {
  return got === wanted || Math.abs(got - wanted) <= 1e-9 * Math.max(Math.abs(got), Math.abs(wanted));
}

function bestFirst(scores: readonly number[]): number[] {
  return scores.map((_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

describe.skipIf(corpus === undefined)('agreement with fedialgo', () => {
  let feeds: Feed[];

  beforeAll(() => {
    const text = readFileSync(join(corpus ?? '', 'reference-rankers/fedialgo.json'), 'utf8');
    ({ feeds } = JSON.parse(text) as { feeds: Feed[] });
  });

  test('our factors come in its order', () => {
    for (const { output } of feeds) expect(FACTORS.map(({ published }) => published)).toEqual(output.scorers);
  });

  test('from its raw factors every part, fading, score and order is the same', () => {
    let numbers = 0;
    let agreed = 0;
    for (const { output } of feeds)
      for (const set of output.weight_sets) {
        const weights = weightsOf(set.weights);
        const mix = new Mix('agreeing', weights);
        const factors = FACTORS.map((_, which) => (row: number) => output.raw[row]?.[which] ?? NaN);
        const compare = (got: number, wanted: number | undefined): void => {
          numbers++;
          if (near(got, wanted ?? NaN)) agreed++;
        };
        const scores = output.toots.map((toot, row) => mix.score(factors, row, toot.age_hours));
        output.toots.forEach((toot, row) => {
          FACTORS.forEach((_, which) =>
            compare(mix.part(which, output.raw[row]?.[which] ?? NaN), set.weighted[row]?.[which]),
          );
          compare(decay(weights.timeDecay, toot.age_hours), set.time_decay_multiplier[row]);
          compare(scores[row] ?? NaN, set.score[row]);
        });
        expect(bestFirst(scores), `order of ${set.name}`).toEqual(set.order);
      }
    console.log(`weighted mix: ${agreed} of ${numbers} numbers agree, and all ${feeds.length * 10} orders`);
    expect(agreed).toBe(numbers);
  });

  test('what our columns tell gives the same factors and scores', () => {
    const agreed = new Map<FactorKey, [number, number]>();
    for (const feed of feeds) {
      const { columns, rows, comparable } = batchOf(feed);
      const factors = rowFactors(mixColumns(columns), 'agreeing', Date.parse(feed.clock), () => true);
      FACTORS.forEach(({ key }, which) => {
        const factor = factors[which];
        if (factor === undefined || key === 'chaos') return;
        for (let row = 0; row < rows; row++) {
          if (!comparable(key, row)) continue;
          const count = agreed.get(key) ?? [0, 0];
          count[1]++;
          if (near(factor(row), feed.output.raw[row]?.[which] ?? NaN)) count[0]++;
          agreed.set(key, count);
        }
      });
    }
    const wrong = [...agreed].filter(([, [same, all]]) => same !== all);
    console.log(`from columns: ${[...agreed].map(([key, [same, all]]) => `${key} ${same} of ${all}`).join(', ')}`);
    expect(wrong).toEqual([]);
    expect(agreed.size).toBe(13);
  });

  test('the whole way from columns gives its score from the factors that have one, under all weights', () => {
    let compared = 0;
    for (const feed of feeds) {
      const { columns, rows, vector } = batchOf(feed);
      for (const set of feed.output.weight_sets) {
        const settings = FACTORS.map(({ key, published }) => [key, EXACT.has(key) ? (set.weights[published] ?? 0) : 0]);
        init(
          {
            ...Object.fromEntries(settings),
            mode: 'agreeing',
            timeDecay: set.weights['TimeDecay'] ?? NaN,
            outlierDampener: set.weights['OutlierDampener'] ?? NaN,
          },
          vectorCtx(vector),
        );
        const got = Array.from(score(columns, vectorCtx(vector)).score).slice(0, rows);
        const wanted = feed.output.toots.map((_, row) => {
          const parts = FACTORS.map(({ key }, which) => (EXACT.has(key) ? (set.weighted[row]?.[which] ?? NaN) : 0));
          return parts.reduce((sum, value) => sum + value, 1) * (set.time_decay_multiplier[row] ?? NaN);
        });
        got.forEach((value, row) => expect(near(value, wanted[row] ?? NaN), `${set.name} row ${row}`).toBe(true));
        compared += got.length;
      }
    }
    console.log(`whole way: ${compared} scores agree from the ${EXACT.size} factors that columns tell exactly`);
  });
});

/** Factors that the columns tell exactly as in the reference for every entry. */
const EXACT = new Set<FactorKey>([
  'alreadyShown',
  'authorFollowers',
  'followedAccounts',
  'followers',
  'imageAttachments',
  'likedAccounts',
  'boostedAccounts',
  'likes',
  'replies',
  'boosts',
  'boostedInFeed',
]);

/**
 * The feed's entries as columns. Boosted posts that are no entry themselves, and further boosters that fedialgo folds
 * into one entry, follow as rows older than everything, where they change no count of newer posts.
 */
function batchOf(feed: Feed): {
  columns: ReturnType<typeof vectorBatch>;
  vector: Vector;
  rows: number;
  comparable: (key: FactorKey, row: number) => boolean;
} {
  const { toots, scorer_data: data, raw } = feed.output;
  const rows = toots.length;
  const people = [...new Set(toots.flatMap(({ account, author, boosted_by: by }) => [account, author, ...by]))];
  const idOf = new Map<string, string>();
  const followersOf = new Map<string, number>();
  for (const [id, { acct, followers_count: followers }] of Object.entries(feed.input.accounts)) {
    const handle = (acct.includes('@') ? acct : `${acct}@home.example`).toLowerCase();
    idOf.set(handle, id);
    followersOf.set(handle, followers);
  }
  const post: Record<string, (number | null)[]> = {
    ageHours: [],
    authorIdx: [],
    boostOfRow: [],
    isBoost: [],
    likes: [],
    replies: [],
    boosts: [],
    mediaCount: [],
    seenCount: [],
    myLikes30d: [],
    myReplies30d: [],
    myBoosts30d: [],
  };
  const add = (account: string, values: Record<string, number | null>): number => {
    const all: Record<string, number | null> = {
      authorIdx: people.indexOf(account),
      myLikes30d: data['FavouritedAccounts']?.[account] ?? 0,
      myReplies30d: data['MostRepliedAccounts']?.[idOf.get(account) ?? ''] ?? 0,
      myBoosts30d: data['MostRetootedAccounts']?.[account] ?? 0,
      ...values,
    };
    for (const [name, column] of Object.entries(post)) column.push(all[name] ?? null);
    return (post['ageHours']?.length ?? 0) - 1;
  };
  const counts = (toot: Toot): Record<string, number> => ({
    likes: toot.favourites,
    replies: toot.replies,
    boosts: toot.boosts,
    mediaCount: toot.images,
  });
  for (const toot of toots)
    add(toot.account, {
      ageHours: toot.age_hours,
      seenCount: toot.times_shown[0] ?? 0,
      isBoost: toot.is_boost ? 1 : 0,
      ...(toot.is_boost ? {} : counts(toot)),
    });
  const originals = new Map(toots.flatMap(({ is_boost: boost, uri }, row) => (boost ? [] : [[uri, row] as const])));
  toots.forEach((toot, row) => {
    if (!toot.is_boost) return;
    const original =
      originals.get(toot.real_uri) ??
      add(toot.author, { ageHours: 1e6, seenCount: toot.times_shown[1] ?? 0, ...counts(toot) });
    originals.set(toot.real_uri, original);
    const column = post['boostOfRow'];
    if (column !== undefined) column[row] = original;
    for (const booster of toot.boosted_by)
      if (booster !== toot.account) add(booster, { ageHours: 1e6, isBoost: 1, boostOfRow: original });
  });
  const vector = Vector.parse({
    name: feed.name,
    call: 'score',
    now: Date.parse(feed.clock),
    n: post['ageHours']?.length,
    post,
    author: {
      followers: people.map((person) => followersOf.get(person) ?? null),
      iFollow: people.map((person) => data['FollowedAccounts']?.[person] ?? 0),
      followsMe: people.map((person) => data['Followers']?.[person] ?? 0),
    },
    expect: { score: [] },
  });
  return {
    columns: vectorBatch(manifest, vector),
    vector,
    rows,
    // Its diversity also counts trending tags; it does not know answers to an account that another server serves.
    comparable: (key, row) =>
      (key !== 'diversity' || toots[row]?.trending_tags.length === 0) &&
      (key !== 'answeredAccounts' || raw[row]?.[FACTORS.findIndex((factor) => factor.key === key)] !== 0),
  };
}
