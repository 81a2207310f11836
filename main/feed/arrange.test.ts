import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPermutation, rearranged } from './arrange.ts';

test('a permutation has every place once', () => {
  expect(isPermutation(Uint32Array.of(2, 0, 1), 3)).toBe(true);
  expect(isPermutation(Uint32Array.of(0, 0, 1), 3)).toBe(false);
  expect(isPermutation(Uint32Array.of(0, 1), 3)).toBe(false);
  expect(isPermutation(Uint32Array.of(0, 3, 1), 3)).toBe(false);
  expect(isPermutation(new Uint32Array(0), 0)).toBe(true);
});

test('only the top moves, and nothing is lost', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 30 }).chain((n) =>
        fc.tuple(
          fc.shuffledSubarray([...Array(n).keys()], { minLength: n }),
          fc.integer({ min: 0, max: n }).chain((k) => fc.shuffledSubarray([...Array(k).keys()], { minLength: k })),
        ),
      ),
      ([order, arrangement]) => {
        const next = rearranged(Uint32Array.from(order), Uint32Array.from(arrangement));
        expect(isPermutation(next, order.length)).toBe(true);
        expect([...next.subarray(arrangement.length)]).toEqual(order.slice(arrangement.length));
        expect([...next.subarray(0, arrangement.length)]).toEqual(arrangement.map((from) => order[from]));
      },
    ),
  );
});
