import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blend, clampScores, damp } from './blend.ts';
import { midRanks } from './mid-rank.ts';

const runs = process.env.SOAK === '1' ? 20_000 : 150;
const score = fc.oneof(
  fc.double({ noDefaultInfinity: true }),
  fc.constantFrom(NaN, 0, -0, 1, 1, 2),
  fc.constantFrom(Infinity, -Infinity),
);
const scores = fc.array(score, { maxLength: 40 }).map((values) => Float64Array.from(values));

describe('mid-ranks', () => {
  test('ties share the mean of their places, the best is 1 and the worst 0', () => {
    expect([...midRanks(Float64Array.of(3, 1, 3, 7, NaN))]).toEqual([0.5, 0, 0.5, 1, NaN]);
  });

  test('a single post is in the middle', () => {
    expect([...midRanks(Float64Array.of(9))]).toEqual([0.5]);
    expect([...midRanks(Float64Array.of(NaN, 9))]).toEqual([NaN, 0.5]);
  });

  test('follow the scores, keep NaN, stay in 0..1 and average a half', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const ranks = midRanks(values);
        let sum = 0;
        let scored = 0;
        for (const [i, value] of values.entries()) {
          const rank = ranks[i] ?? NaN;
          expect(Number.isNaN(rank)).toBe(Number.isNaN(value));
          if (Number.isNaN(value)) continue;
          expect(rank >= 0 && rank <= 1).toBe(true);
          sum += rank;
          scored++;
          for (const [j, other] of values.entries()) {
            if (value > other) expect(rank).toBeGreaterThan(ranks[j] ?? NaN);
            if (value === other) expect(rank).toBe(ranks[j]);
          }
        }
        if (scored > 0) expect(sum / scored).toBeCloseTo(0.5, 9);
      }),
      { numRuns: runs },
    );
  });

  test('depend on the order of the scores alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40 }), (values) => {
        const plain = midRanks(Float64Array.from(values));
        const stretched = midRanks(Float64Array.from(values, (value) => value ** 3 * 7 + 5));
        expect([...stretched]).toEqual([...plain]);
      }),
      { numRuns: runs },
    );
  });
});

describe('blend', () => {
  const weight = fc.double({ min: 0, max: 100, noNaN: true });

  test('is a weighted mean: within the ranks, and unmoved by scaling all weights', () => {
    fc.assert(
      fc.property(scores, scores, weight, fc.double({ min: 0.1, max: 100, noNaN: true }), (a, b, wa, wb) => {
        const n = Math.min(a.length, b.length);
        const ranks = [midRanks(a.subarray(0, n)), midRanks(b.subarray(0, n))] as const;
        const mixed = blend(n, [
          { weight: wa, rank: ranks[0] },
          { weight: wb, rank: ranks[1] },
        ]);
        const scaled = blend(n, [
          { weight: wa * 4, rank: ranks[0] },
          { weight: wb * 4, rank: ranks[1] },
        ]);
        for (let i = 0; i < n; i++) {
          const both = ranks.map((rank) => (Number.isNaN(rank[i]) ? 0.5 : (rank[i] ?? 0)));
          expect(mixed[i]).toBeGreaterThanOrEqual(Math.min(...both) - 1e-12);
          expect(mixed[i]).toBeLessThanOrEqual(Math.max(...both) + 1e-12);
          expect(scaled[i]).toBeCloseTo(mixed[i] ?? NaN, 12);
        }
      }),
      { numRuns: runs },
    );
  });

  test('what a ranker could not score counts as the middle', () => {
    expect([...blend(2, [{ weight: 2, rank: Float64Array.of(NaN, 1) }])]).toEqual([0.5, 1]);
  });

  test('leaving a ranker out gives its weight to the others', () => {
    const one = { weight: 1, rank: Float64Array.of(0, 1) };
    expect([...blend(2, [one])]).toEqual([0, 1]);
    expect([...blend(2, [one, { weight: 1, rank: Float64Array.of(1, 1) }])]).toEqual([0.5, 1]);
  });

  test('no ranker, no difference', () => {
    expect([...blend(3, [])]).toEqual([0.5, 0.5, 0.5]);
  });
});

test('scores are held within the declared bounds', () => {
  expect([...clampScores(Float64Array.of(-2, 0.5, 9, NaN), [0, 1])]).toEqual([0, 0.5, 1, NaN]);
  expect([...clampScores(Float64Array.of(-2, 9), [null, 1])]).toEqual([-2, 1]);
  expect([...clampScores(Float64Array.of(-2, 9), undefined)]).toEqual([-2, 9]);
});

test('dampers multiply and can only take away', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      fc.double(),
      (values, factor) => {
        const blended = Float64Array.from(values);
        const damped = damp(blended, [
          new Float64Array(values.length).fill(factor),
          new Float64Array(values.length).fill(NaN),
        ]);
        for (const [i, value] of damped.entries()) {
          expect(value >= 0 && value <= (blended[i] ?? NaN)).toBe(true);
        }
      },
    ),
    { numRuns: runs },
  );
  expect([...damp(Float64Array.of(0.8), [Float64Array.of(0.5), Float64Array.of(0.5)])]).toEqual([0.2]);
});
