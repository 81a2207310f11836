import { describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { AUTHOR_COLUMNS, POST_COLUMNS } from '../protocol/columns.ts';
import { defaultSettings, Manifest } from '../protocol/manifest.ts';
import type { Algorithm, Batch, Ctx } from './types.ts';
import alreadyReadJson from './already-read/algorithm.json' with { type: 'json' };
import * as alreadyRead from './already-read/index.ts';
import fairHeatJson from './fair-heat/algorithm.json' with { type: 'json' };
import * as fairHeat from './fair-heat/index.ts';
import hackerNewsJson from './hacker-news/algorithm.json' with { type: 'json' };
import * as hackerNews from './hacker-news/index.ts';
import myComparisonsJson from './my-comparisons/algorithm.json' with { type: 'json' };
import * as myComparisons from './my-comparisons/index.ts';
import newestFirstJson from './newest-first/algorithm.json' with { type: 'json' };
import * as newestFirst from './newest-first/index.ts';
import peopleJson from './people-i-talk-to/algorithm.json' with { type: 'json' };
import * as people from './people-i-talk-to/index.ts';
import quotasJson from './quotas/algorithm.json' with { type: 'json' };
import * as quotas from './quotas/index.ts';
import { ATTRIBUTES } from './quotas/groups.ts';
import { arrangeByShares } from './quotas/shares.ts';
import redditJson from './reddit/algorithm.json' with { type: 'json' };
import * as reddit from './reddit/index.ts';
import seeMoreJson from './see-more/algorithm.json' with { type: 'json' };
import * as seeMore from './see-more/index.ts';
import seeLessJson from './see-less/algorithm.json' with { type: 'json' };
import * as seeLess from './see-less/index.ts';
import spreadJson from './spread/algorithm.json' with { type: 'json' };
import * as spread from './spread/index.ts';
import unusuallyGoodJson from './unusually-good/algorithm.json' with { type: 'json' };
import * as unusuallyGood from './unusually-good/index.ts';
import weightedMixJson from './weighted-mix/algorithm.json' with { type: 'json' };
import * as weightedMix from './weighted-mix/index.ts';
import xWeightsJson from './x-weights/algorithm.json' with { type: 'json' };
import * as xWeights from './x-weights/index.ts';

const soak = process.env['SOAK'] !== undefined;
if (soak) vi.setConfig({ testTimeout: 600_000 });
const runs = { numRuns: soak ? 2000 : 60 };
const ctx: Ctx = { now: 1_767_225_600_000, seed: 7, owner: {}, apiVersion: 1 };

const RANKERS: readonly [string, Algorithm, unknown, Record<string, string | number | boolean>][] = [
  ['newest first', newestFirst, newestFirstJson, {}],
  ['Hacker News', hackerNews, hackerNewsJson, {}],
  ['fair heat', fairHeat, fairHeatJson, {}],
  ['Reddit hot', reddit, redditJson, { mode: 'hot' }],
  ['Reddit best', reddit, redditJson, { mode: 'best' }],
  ['Reddit controversial', reddit, redditJson, { mode: 'controversial', repliesAgainst: true }],
  ['unusually good', unusuallyGood, unusuallyGoodJson, {}],
  ['fair heat by source', fairHeat, fairHeatJson, { source: 'source', replyPoints: 1 }],
  ['people I talk to', people, peopleJson, {}],
  ['X’s weights', xWeights, xWeightsJson, {}],
  ['see more', seeMore, seeMoreJson, {}],
  ['my comparisons', myComparisons, myComparisonsJson, { enough: 1 }],
  ['weighted mix, corrected', weightedMix, weightedMixJson, { mode: 'corrected' }],
  ['weighted mix, as fedialgo', weightedMix, weightedMixJson, { mode: 'agreeing' }],
];

type Table = Readonly<Record<string, { type: 'f64' | 'u32' | 'u8' }>>;

/** Columns of small numbers that look like a feed's; a fifth of the counts is unknown, a tenth of the rows are boosts. */
function columnsOf(table: Table, n: number, authors: number, next: () => number): Batch['author'] {
  const out: Record<'f64' | 'u32' | 'u8', Record<string, ArrayLike<number>>> = { f64: {}, u32: {}, u8: {} };
  for (const [name, { type }] of Object.entries(table)) {
    const value = (row: number): number => {
      if (name === 'boostOfRow') return row > 0 && next() < 0.1 ? Math.floor(next() * row) : 0xffffffff;
      if (name === 'authorIdx' || name === 'personIdx') return Math.floor(next() * authors);
      if (name.endsWith('Row')) return 0xffffffff;
      if (name.endsWith('Idx')) return Math.floor(next() * 5);
      if (type === 'u8') return next() < 0.4 ? 1 : 0;
      if (name === 'ageHours') return next() * 100;
      if (type === 'f64' && !name.startsWith('my') && next() < 0.2) return NaN;
      return Math.floor(next() * next() * 40);
    };
    const values = Array.from({ length: n }, (_, row) => value(row));
    out[type][name] =
      type === 'f64' ? Float64Array.from(values) : type === 'u32' ? Uint32Array.from(values) : Uint8Array.from(values);
  }
  return { n, ...out };
}

const batches = fc
  .tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 12 }), fc.integer())
  .map(([n, authors, seed]): Batch => {
    let state = seed | 1;
    const next = (): number => {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      state ^= state >>> 12;
      return (state >>> 0) / 4294967296;
    };
    const post = columnsOf(POST_COLUMNS, n, authors, next);
    return { ...post, author: columnsOf(AUTHOR_COLUMNS, authors, authors, next) } as Batch;
  });

function start(algorithm: Algorithm, json: unknown, settings: Record<string, string | number | boolean>): Manifest {
  const manifest = Manifest.parse(json);
  algorithm.init?.({ ...defaultSettings(manifest), ...settings }, ctx);
  return manifest;
}

/** With what a learner learnt from a batch of its own. */
function taught(algorithm: Algorithm, json: unknown, settings: Record<string, string | number | boolean>): Ctx {
  const [batch] = fc.sample(
    batches.filter(({ n }) => n > 20),
    { numRuns: 1, seed: 3 },
  );
  if (algorithm.fit === undefined || batch === undefined) return ctx;
  start(algorithm, json, settings);
  return { ...ctx, state: algorithm.fit({ ...batch, n: batch.n & ~1 }, ctx) };
}

describe.each(RANKERS)('%s', (_, algorithm, json, settings) => {
  const given = taught(algorithm, json, settings);

  test('answers one number per row within its bounds, the same each time', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const [low, high] = start(algorithm, json, settings).scoreBounds ?? [null, null];
        const first = algorithm.score?.(batch, given).score;
        start(algorithm, json, settings);
        expect(algorithm.score?.(batch, given).score).toEqual(first);
        expect(first).toHaveLength(batch.n);
        for (const score of first ?? []) {
          if (Number.isNaN(score)) continue;
          expect(score).toBeGreaterThanOrEqual(low ?? -Number.MAX_VALUE);
          expect(score).toBeLessThanOrEqual(high ?? Number.MAX_VALUE);
        }
      }),
      runs,
    );
  });

  test('a contribution is what the score loses when its columns take their median in that row, or its setting is 0', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const manifest = start(algorithm, json, settings);
        const rows = Uint32Array.from(
          { length: Math.min(batch.n, 6) },
          (_row, place) => (place * 3) % Math.max(batch.n, 1),
        );
        const scores = algorithm.score?.(batch, given).score ?? new Float64Array();
        const explained = algorithm.explain?.(batch, given, rows) ?? new Float64Array();
        expect(explained).toHaveLength(rows.length * manifest.contributions.length);
        rows.forEach((row, place) =>
          manifest.contributions.forEach(({ columns, setting }, which) => {
            if (columns.length === 0 && setting === undefined) return;
            if (setting !== undefined) start(algorithm, json, { ...settings, [setting]: 0 });
            const changed = setting === undefined ? withMedians(batch, row, columns) : batch;
            const without = algorithm.score?.(changed, given).score[row] ?? NaN;
            if (setting !== undefined) start(algorithm, json, settings);
            const lost = (scores[row] ?? NaN) - without;
            const claimed = explained[place * manifest.contributions.length + which] ?? NaN;
            if (Number.isFinite(lost)) expect(claimed).toBeCloseTo(lost, 6);
            else expect(claimed).toBe(0);
          }),
        );
      }),
      { numRuns: soak ? 500 : 25 },
    );
  });
});

/** The lower middle of what is known. */
function medianOf(column: ArrayLike<number>): number {
  const known = Array.from(column).filter((value) => !Number.isNaN(value));
  known.sort((a, b) => a - b);
  return known[(known.length - 1) >> 1] ?? NaN;
}

function withMedians(batch: Batch, row: number, names: readonly string[]): Batch {
  const change = <C extends { f64: object; u32: object; u8: object }>(columns: C, place: number): C => {
    const changed = { ...columns };
    for (const type of ['f64', 'u32', 'u8'] as const) {
      const group: Record<string, Float64Array> = { ...columns[type] };
      for (const name of names) {
        const column = group[name];
        if (column === undefined) continue;
        const copy = column.slice();
        copy[place] = medianOf(column);
        group[name] = copy;
      }
      changed[type] = group;
    }
    return changed;
  };
  const author = batch.u32.authorIdx?.[row] ?? 0;
  return { ...change(batch, row), author: change(batch.author, author) };
}

describe('more of what is liked never lowers a post', () => {
  const counts = fc.nat({ max: 10_000 });
  const hours = fc.double({ min: 0, max: 1000, noNaN: true });

  function scoreOf(algorithm: Algorithm, likes: number, ageHours: number): number {
    const f64 = { likes: Float64Array.of(likes), downs: Float64Array.of(3), ageHours: Float64Array.of(ageHours) };
    return (
      algorithm.score?.({ n: 1, f64, u32: {}, u8: {}, author: { n: 0, f64: {}, u32: {}, u8: {} } }, ctx).score[0] ?? NaN
    );
  }

  test.each(RANKERS.slice(1, 5))('%s', (_, algorithm, json, settings) => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 1000 }), hours, (likes, more, age) => {
        start(algorithm, json, settings);
        expect(scoreOf(algorithm, likes + more, age)).toBeGreaterThanOrEqual(scoreOf(algorithm, likes, age));
      }),
      runs,
    );
  });

  test.each(RANKERS.slice(0, 4))(
    'nor does being newer, where more speaks for it than against: %s',
    (_, algorithm, json, settings) => {
      fc.assert(
        fc.property(counts, hours, hours, (likes, age, later) => {
          start(algorithm, json, settings);
          expect(scoreOf(algorithm, likes + 3, age)).toBeGreaterThanOrEqual(scoreOf(algorithm, likes + 3, age + later));
        }),
        runs,
      );
    },
  );
});

describe.each([
  { mode: 'decay' },
  { mode: 'decay', floor: 0 },
  { mode: 'mmr' },
  { mode: 'mmr', balance: 0, memory: 50 },
])('spread %o', (settings) => {
  test('gives each row once; the posts of a person that share nothing else keep their order', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        start(spread, spreadJson, settings);
        const { order, reason } = spread.arrange(batch, ctx);
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: batch.n }, (_, row) => row));
        order.forEach((row, place) => expect(reason?.[row] === 65535).toBe(place === row));
        expect(spread.arrange(batch, ctx).order).toEqual(order);
        // With people as the only thing in common nobody's posts overtake each other.
        const u32 = { personIdx: batch.u32.personIdx ?? new Uint32Array(batch.n) };
        const alone = spread.arrange({ n: batch.n, f64: {}, u32, u8: {}, author: batch.author }, ctx).order;
        const last = new Map<number, number>();
        for (const row of alone) {
          const person = u32.personIdx[row] ?? 0;
          expect(row).toBeGreaterThan(last.get(person) ?? -1);
          last.set(person, row);
        }
      }),
      runs,
    );
  });
});

describe.each([
  ['see less', seeLess, seeLessJson, {}],
  ['already read', alreadyRead, alreadyReadJson, {}],
  ['already read, mentions too', alreadyRead, alreadyReadJson, { spareMentions: false, read: 0.5, floor: 0 }],
] as const)('%s', (_, algorithm, json, settings) => {
  test('gives each row a factor in 0..1, the same each time', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        start(algorithm, json, settings);
        const factors = algorithm.dampen(batch, ctx);
        expect(factors).toHaveLength(batch.n);
        for (const factor of factors) expect(factor >= 0 && factor <= 1).toBe(true);
        start(algorithm, json, settings);
        expect(algorithm.dampen(batch, ctx)).toEqual(factors);
      }),
      runs,
    );
  });
});

describe.each(ATTRIBUTES)('quotas of %s', (attribute) => {
  test.each(['least', 'most', 'about'] as const)('at %s: gives each row once, the same each time', (bound) => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 0, max: 20 }), (batch, twentieths) => {
        start(quotas, quotasJson, { attribute, bound, share: twentieths / 20 });
        const { order, reason } = quotas.arrange(batch, ctx);
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: batch.n }, (_, row) => row));
        order.forEach((row, place) => expect(reason?.[row] === 65535).toBe(place === row));
        expect(quotas.arrange(batch, ctx).order).toEqual(order);
      }),
      runs,
    );
  });
});

test('quotas hold in every beginning of the feed for as long as there are posts, and leave each group in its order', () => {
  const given = fc.record({
    group: fc.array(fc.nat(1), { maxLength: 80 }),
    least: fc.integer({ min: 0, max: 20 }),
    most: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(given, ({ group, least, most }) => {
      const share = { least: Math.min(least, most) / 20, most: Math.max(least, most) / 20 };
      const other = { least: 0, most: 1 };
      const order = arrangeByShares(Uint32Array.from(group), [other, share]);
      const total = group.filter((number) => number === 1).length;
      let has = 0;
      let last = [-1, -1];
      order.forEach((row, place) => {
        const number = group[row] ?? 0;
        expect(row).toBeGreaterThan(last[number] ?? -1);
        last = last.with(number, row);
        has += number;
        const places = place + 1;
        expect(has).toBeGreaterThanOrEqual(Math.min(Math.floor(share.least * places + 1e-9), total));
        if (places - has < group.length - total) expect(has).toBeLessThanOrEqual(Math.ceil(share.most * places - 1e-9));
      });
    }),
    runs,
  );
});

test('spread remembers each person once, at most as many as fit, and forgets with time', () => {
  const tags = fc.array(fc.nat(5000), { maxLength: 300 });
  fc.assert(
    fc.property(fc.array(fc.tuple(tags, fc.nat(100)), { maxLength: 12 }), (visits) => {
      start(spread, spreadJson, {});
      let state: Float64Array | undefined;
      let now = ctx.now;
      for (const [read, hours] of visits) {
        now += hours * 3_600_000;
        const u32 = { personTag: Uint32Array.from(read) };
        const batch = { n: read.length, f64: {}, u32, u8: {}, author: { n: 0, f64: {}, u32: {}, u8: {} } };
        state = spread.fit(batch, { ...ctx, now, ...(state && { state }) });
        expect(state.length).toBeLessThanOrEqual(8192);
        const people = Array.from(state.filter((_value, at) => at % 2 === 1));
        expect(new Set(people).size).toBe(people.length);
        for (const tag of read) expect(people.length === 2000 || people.includes(tag)).toBe(true);
      }
    }),
    runs,
  );
});
