import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch } from '../types.ts';
import { arrange, init } from './index.ts';

const ctx = { now: 0, seed: 1, owner: {}, apiVersion: 1 } as const;
const N = 40;
const PEOPLE = 8;
const row = fc.record({ person: fc.nat(PEOPLE - 1), seen: fc.nat(1), hours: fc.integer({ min: 0, max: 400 }) });

function batchOf(rows: readonly { person: number; seen: number; hours: number }[], follow: readonly number[]): Batch {
  const person = Uint32Array.from(rows, (one) => one.person);
  return {
    n: rows.length,
    f64: { ageHours: Float64Array.from(rows, (one) => one.hours) },
    u32: { authorIdx: person, personIdx: person, seenCount: Uint32Array.from(rows, (one) => one.seen) },
    u8: { mine: new Uint8Array(rows.length) },
    author: { n: PEOPLE, f64: {}, u32: {}, u8: { iFollow: Uint8Array.from(follow) } },
  };
}

test('each row once; what is not lifted keeps its order; who is lifted was not seen, and comes to the first places', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: N }),
      fc.array(fc.nat(1), { minLength: PEOPLE, maxLength: PEOPLE }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 10, max: 30 }),
      (rows, follow, most, top) => {
        init({ days: 7, most, top }, ctx);
        const { order, reason } = arrange(batchOf(rows, follow), ctx);
        expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, at) => at));
        const lifted = [...order].filter((at) => reason?.[at] === 0);
        const others = [...order].filter((at) => reason?.[at] !== 0);
        expect(others).toEqual([...others].sort((a, b) => a - b));
        expect(lifted.length).toBeLessThanOrEqual(most);
        expect(new Set(lifted.map((at) => rows[at]?.person)).size).toBe(lifted.length);
        for (const at of lifted) {
          const person = rows[at]?.person ?? -1;
          expect(follow[person]).toBe(1);
          expect(order.indexOf(at)).toBeLessThanOrEqual(Math.max(top, at));
          expect(rows.some((one) => one.person === person && one.seen > 0 && one.hours < 168)).toBe(false);
        }
      },
    ),
    { numRuns: process.env['SOAK'] === '1' ? 20_000 : 300 },
  );
});
