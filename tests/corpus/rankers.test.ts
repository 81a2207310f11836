import { describe, expect, test } from 'vitest';
import * as fairHeat from '../../algorithms/fair-heat/index.ts';
import fairHeatJson from '../../algorithms/fair-heat/algorithm.json' with { type: 'json' };
import * as hackerNews from '../../algorithms/hacker-news/index.ts';
import hackerNewsJson from '../../algorithms/hacker-news/algorithm.json' with { type: 'json' };
import * as myComparisons from '../../algorithms/my-comparisons/index.ts';
import myComparisonsJson from '../../algorithms/my-comparisons/algorithm.json' with { type: 'json' };
import * as newestFirst from '../../algorithms/newest-first/index.ts';
import newestFirstJson from '../../algorithms/newest-first/algorithm.json' with { type: 'json' };
import * as people from '../../algorithms/people-i-talk-to/index.ts';
import peopleJson from '../../algorithms/people-i-talk-to/algorithm.json' with { type: 'json' };
import * as reddit from '../../algorithms/reddit/index.ts';
import redditJson from '../../algorithms/reddit/algorithm.json' with { type: 'json' };
import type { Algorithm } from '../../algorithms/types.ts';
import * as unusuallyGood from '../../algorithms/unusually-good/index.ts';
import unusuallyGoodJson from '../../algorithms/unusually-good/algorithm.json' with { type: 'json' };
import * as weightedMix from '../../algorithms/weighted-mix/index.ts';
import weightedMixJson from '../../algorithms/weighted-mix/algorithm.json' with { type: 'json' };
import * as xWeights from '../../algorithms/x-weights/index.ts';
import xWeightsJson from '../../algorithms/x-weights/algorithm.json' with { type: 'json' };
import type { Batch, Ctx } from '../../protocol/batch.ts';
import { defaultSettings, Manifest, type SettingValues } from '../../protocol/manifest.ts';
import { CORPUS } from './corpus.ts';
import { batchOf, exposureGini, orderBy, redditPosts, tweets } from './rankers.ts';

const ctx: Ctx = { now: 1_767_225_600_000, seed: 7, owner: {}, apiVersion: 1 };
const ROUNDS = 5;

const RANKERS: readonly [string, Algorithm, unknown, SettingValues][] = [
  ['newest-first', newestFirst, newestFirstJson, {}],
  ['hacker-news', hackerNews, hackerNewsJson, {}],
  ['fair-heat', fairHeat, fairHeatJson, {}],
  ['fair-heat, by source', fairHeat, fairHeatJson, { source: 'source' }],
  ['fair-heat, unscaled', fairHeat, fairHeatJson, { fairness: 0 }],
  ['reddit, hot', reddit, redditJson, { mode: 'hot' }],
  ['reddit, best', reddit, redditJson, { mode: 'best' }],
  ['reddit, controversial', reddit, redditJson, { mode: 'controversial' }],
  ['unusually-good', unusuallyGood, unusuallyGoodJson, {}],
  ['weighted-mix', weightedMix, weightedMixJson, {}],
  ['people-i-talk-to', people, peopleJson, {}],
  ['x-weights', xWeights, xWeightsJson, {}],
  ['my-comparisons', myComparisons, myComparisonsJson, {}],
];

interface Row {
  readonly coverage: number;
  readonly authors: number;
  readonly sources: number;
  readonly ms: number;
}

function measured(batch: Batch, algorithm: Algorithm, json: unknown, settings: SettingValues): Row {
  algorithm.init?.({ ...defaultSettings(Manifest.parse(json)), ...settings }, ctx);
  const times: number[] = [];
  let score: Float64Array = new Float64Array();
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const scores = algorithm.score?.(batch, ctx).score ?? new Float64Array();
    times.push(performance.now() - started);
    if (round > 0) expect(scores).toEqual(score);
    score = scores;
  }
  const order = orderBy(score);
  const known = score.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  return {
    coverage: known / batch.n,
    authors: exposureGini(order, batch.u32.authorIdx ?? new Uint32Array()),
    sources: exposureGini(order, batch.u32.sourceIdx ?? new Uint32Array()),
    ms: times.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN,
  };
}

describe.skipIf(CORPUS === '').each([
  ['Reddit’s best posts', redditPosts],
  ['tweets', tweets],
] as const)('every ranker over %s', (title, read) => {
  test('tells how much it scores and how evenly it shows people and places', { timeout: 120_000 }, () => {
    const batch = batchOf(read());
    expect(batch.n).toBeGreaterThan(10_000);
    const rows = new Map(RANKERS.map(([name, ...ranker]) => [name, measured(batch, ...ranker)]));
    const text = [...rows].map(
      ([name, { coverage, authors, sources, ms }]) =>
        `${name}: ${(coverage * 100).toFixed(1)} % scored, exposure Gini authors ${authors.toFixed(3)} sources ${sources.toFixed(3)}, ${ms.toFixed(1)} ms`,
    );
    console.log(`${title}, ${String(batch.n)} posts\n${text.join('\n')}`);
    const of = (name: string): Row => rows.get(name) ?? { coverage: NaN, authors: NaN, sources: NaN, ms: NaN };
    expect(of('newest-first').coverage).toBe(1);
    // Nobody did anything and nothing was compared: those that go by the owner tell nothing.
    for (const name of ['people-i-talk-to', 'x-weights', 'my-comparisons']) expect(of(name).coverage).toBe(0);
    expect(of('fair-heat').coverage).toBe(of('hacker-news').coverage);
    expect(of('fair-heat, by source').sources).toBeLessThanOrEqual(of('fair-heat, unscaled').sources);
  });
});
