import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Batch, Ctx } from '../types.ts';
import { FEATURES } from './features.ts';
import { fit, init, score } from './index.ts';
import { bradleyTerry } from './learner.ts';

const soak = process.env['SOAK'] !== undefined;
if (soak) vi.setConfig({ testTimeout: 600_000 });
const runs = { numRuns: soak ? 500 : 20 };
const ctx: Ctx = { now: 1_767_225_600_000, seed: 7, owner: {}, apiVersion: 1 };

function randomness(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    state ^= state >>> 12;
    return (state >>> 0) / 4294967296;
  };
}

/** Posts that differ in three facts. */
function posts(n: number, next: () => number): Batch {
  const column = (value: () => number): number[] => Array.from({ length: n }, value);
  return {
    n,
    f64: {
      ageHours: Float64Array.from(column(() => 2 ** (next() * 7))),
      likes: Float64Array.from(column(() => 2 ** (next() * 7))),
    },
    u32: { chars: Uint32Array.from(column(() => 2 ** (next() * 9))), authorIdx: Uint32Array.from(column(() => 0)) },
    u8: {},
    author: { n: 1, f64: {}, u32: {}, u8: {} },
  };
}

/** What somebody thinks of a post whose taste these weights are. */
function worth(batch: Batch, row: number, [age, likes, chars]: readonly [number, number, number]): number {
  const log = (column: ArrayLike<number> | undefined): number => Math.log2(1 + (column?.[row] ?? 0));
  return age * log(batch.f64.ageHours) + likes * log(batch.f64.likes) + chars * log(batch.u32.chars);
}

/** The pairs as answered: the preferred post first; `noise` answers at random. */
function answered(batch: Batch, taste: readonly [number, number, number], next: () => number, noise: number): Batch {
  const order: number[] = [];
  for (let row = 0; row + 1 < batch.n; row += 2) {
    const first = next() < noise ? next() < 0.5 : worth(batch, row, taste) >= worth(batch, row + 1, taste);
    order.push(...(first ? [row, row + 1] : [row + 1, row]));
  }
  const take = <T extends Float64Array | Uint32Array>(column: T | undefined): T =>
    column?.map((_, at) => column[order[at] ?? 0] ?? 0) as T;
  return {
    ...batch,
    f64: { ageHours: take(batch.f64.ageHours), likes: take(batch.f64.likes) },
    u32: { chars: take(batch.u32.chars), authorIdx: take(batch.u32.authorIdx) },
  };
}

const tastes = fc.tuple(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -3, max: 3 }),
);

test('planted preferences are recovered: new pairs are told right, and each weight has its sign', () => {
  fc.assert(
    fc.property(
      tastes.filter((taste) => taste.some((weight) => weight !== 0)),
      fc.integer(),
      (taste, seed) => {
        const next = randomness(seed);
        init({ caution: 1, enough: 10 }, ctx);
        const state = fit(answered(posts(400, next), taste, next, 0.05), ctx);
        const fresh = posts(400, next);
        const scores = score(fresh, { ...ctx, state }).score;
        let right = 0;
        for (let row = 0; row < fresh.n; row += 2) {
          const told = (scores[row] ?? 0) - (scores[row + 1] ?? 0);
          if (told * (worth(fresh, row, taste) - worth(fresh, row + 1, taste)) > 0) right++;
        }
        expect(right / (fresh.n / 2)).toBeGreaterThan(0.9);
        for (const [at, name] of (['ageHours', 'likes', 'chars'] as const).entries()) {
          const place = FEATURES.findIndex(({ post }) => post === name);
          if (Math.abs(taste[at] ?? 0) >= 2) expect(Math.sign(state[2 + place] ?? 0)).toBe(Math.sign(taste[at] ?? 0));
        }
      },
    ),
    runs,
  );
});

test('the weights are where no small change makes the answers likelier', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, pairs) => {
      const next = randomness(seed);
      const made = (): Float64Array => Float64Array.from({ length: 4 }, () => next() * 4 - 2);
      const [better, worse] = [Array.from({ length: pairs }, made), Array.from({ length: pairs }, made)];
      const likelihood = (weight: Float64Array): number => {
        let sum = 0;
        better.forEach((values, pair) => {
          const margin = values.reduce(
            (all, value, at) => all + (weight[at] ?? 0) * (value - (worse[pair]?.[at] ?? 0)),
            0,
          );
          sum -= Math.log1p(Math.exp(-margin));
        });
        return sum - weight.reduce((all, value) => all + value * value, 0) / 2;
      };
      const found = bradleyTerry(better, worse, 4, 1);
      const best = likelihood(found);
      for (let at = 0; at < 4; at++) {
        for (const change of [-1e-3, 1e-3]) {
          const other = found.slice();
          other[at] = (other[at] ?? 0) + change;
          expect(likelihood(other)).toBeLessThanOrEqual(best);
        }
      }
    }),
    runs,
  );
});

test('turning every answer round turns every weight round; no answer, no weight', () => {
  const next = randomness(5);
  init({ caution: 1, enough: 1 }, ctx);
  const batch = answered(posts(60, next), [-2, 1, 2], next, 0);
  const turned = answered(batch, [2, -1, -2], next, 0);
  const [one, other] = [fit(batch, ctx), fit(turned, ctx)];
  FEATURES.forEach((_, at) => expect(other[2 + at]).toBeCloseTo(-(one[2 + at] ?? 0), 9));
  const none = fit(posts(0, next), ctx);
  expect(score(posts(3, next), { ...ctx, state: none }).score).toEqual(new Float64Array(3).fill(NaN));
});
