import { expect, test } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { scheduleRepositories } from './repository-schedule.ts';

test('refreshes a minute after opening and every six hours, also after a fault, and no more once closed', async () => {
  const timers: { ms: number; action: () => void }[] = [];
  const faults: unknown[] = [];
  let refreshes = 0;
  const schedule = scheduleRepositories({
    market: {
      refreshRepositories: async () => {
        if (++refreshes === 1) throw new LockerError('internal');
      },
    },
    log: { note: () => {}, fault: (error) => faults.push(error) },
    setTimer: (ms, action) => {
      timers.push({ ms, action });
      return { cancel: () => {} };
    },
  });
  timers[0]?.action();
  await expect.poll(() => timers.length).toBe(2);
  timers[1]?.action();
  await expect.poll(() => timers.length).toBe(3);
  timers[2]?.action();
  await schedule[Symbol.asyncDispose]();
  await Promise.resolve();
  expect(timers.map(({ ms }) => ms)).toEqual([60_000, 21_600_000, 21_600_000]);
  expect([refreshes, faults.length]).toEqual([3, 1]);
});
