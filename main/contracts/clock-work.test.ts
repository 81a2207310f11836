import { expect, test } from 'vitest';
import { createClockWork } from './clock-work.ts';

test.each(Array.from({ length: 12 }, (_, hops) => hops))(
  'is told %i microtasks after a run, and runs again',
  async (hops) => {
    let runs = 0;
    const ran = Promise.withResolvers<void>();
    await using work = createClockWork(
      async () => {
        if (++runs === 1) ran.resolve();
        return null;
      },
      { now: () => 0, setTimer: () => ({ cancel: () => undefined }), onFault: () => undefined },
    );
    work.soon();
    await ran.promise;
    // Moments that no timer reaches.
    for (let left = hops; left > 0; left--) await Promise.resolve();
    work.soon();
    await expect.poll(() => runs).toBe(2);
  },
);

test('waits for the moment that its run named, and for no other after a fault', async () => {
  const waits: number[] = [];
  const faults: unknown[] = [];
  let broken = false;
  await using work = createClockWork(
    async () => {
      if (broken) throw new Error('broken');
      return 5000;
    },
    {
      now: () => 1000,
      setTimer: (milliseconds) => (waits.push(milliseconds), { cancel: () => undefined }),
      onFault: (error) => faults.push(error),
    },
  );
  work.soon();
  await expect.poll(() => waits).toEqual([4000]);
  broken = true;
  work.soon();
  await expect.poll(() => waits).toEqual([4000, 60_000]);
  expect(faults).toHaveLength(1);
});
