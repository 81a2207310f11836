import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderDescending } from './sort-rows.ts';

const runs = process.env.SOAK === '1' ? 20_000 : 200;
const key = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1, -1, Number.MIN_VALUE));

function expected(keys: readonly number[]): number[] {
  return keys
    .map((_, index) => index)
    .sort((a, b) => {
      const left = keys[a] ?? NaN;
      const right = keys[b] ?? NaN;
      if (Number.isNaN(left) || Number.isNaN(right))
        return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
      return left === right ? a - b : left > right ? -1 : 1;
    });
}

test('orders like a stable sort by comparison, for every double there is', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      expect([...orderDescending(Float64Array.from(keys))]).toEqual(expected(keys));
    }),
    { numRuns: runs },
  );
});

test('nothing to order', () => {
  expect(orderDescending(new Float64Array(0))).toHaveLength(0);
});
