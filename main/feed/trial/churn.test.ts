import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turnedPairs } from './churn.ts';

const order = (...rows: number[]): Uint32Array => Uint32Array.from(rows);

test('the same order, the reverse, one neighbour, and what only one of them has', () => {
  expect(turnedPairs(order(4, 7, 1), order(4, 7, 1))).toBe(0);
  expect(turnedPairs(order(4, 7, 1), order(1, 7, 4))).toBe(1);
  expect(turnedPairs(order(1, 2, 3, 4), order(2, 1, 3, 4))).toBeCloseTo(1 / 6, 12);
  expect(turnedPairs(order(9, 1, 2), order(1, 8, 2))).toBe(0);
  expect(turnedPairs(order(1), order(1))).toBeNull();
  expect(turnedPairs(order(1, 2), order(3, 4))).toBeNull();
});

test('counts the pairs one by one', () => {
  const rows = fc.uniqueArray(fc.nat(40), { maxLength: 30 });
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      const shared = one.filter((row) => other.includes(row));
      let turned = 0;
      for (const [at, row] of shared.entries())
        for (const later of shared.slice(at + 1)) if (other.indexOf(row) > other.indexOf(later)) turned++;
      const pairs = (shared.length * (shared.length - 1)) / 2;
      expect(turnedPairs(order(...one), order(...other))).toBe(pairs === 0 ? null : turned / pairs);
    }),
    { numRuns: process.env.SOAK ? 20_000 : 200 },
  );
});
