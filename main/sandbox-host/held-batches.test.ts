import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeldBatches } from './held-batches.ts';

it('never holds more than its cap, forgetting what was used longest ago', () => {
  const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const held = new HeldBatches(100);
      let order: string[] = [];
      for (const [digest, bytes] of steps) {
        const known = held.use(digest);
        expect(known).toBe(order.includes(digest));
        const forgotten = known ? [] : held.add(digest, bytes);
        expect(forgotten).toEqual(order.slice(0, forgotten.length));
        order = [...order.filter((one) => one !== digest && !forgotten.includes(one)), digest];
        expect(held.bytes).toBeLessThanOrEqual(100);
      }
    }),
  );
});

it('takes a batch larger than the cap alone', () => {
  const held = new HeldBatches(10);
  held.add('small', 5);
  expect(held.add('huge', 50)).toEqual(['small']);
  expect(held.has('huge')).toBe(true);
});
