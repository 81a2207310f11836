import { expect, test } from 'vitest';
import { createLatest } from './latest.ts';

test('one at a time, the newest last, those in between skipped', async () => {
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const latest = createLatest((value: number) => {
    started.push(value);
    return new Promise<void>((resolve) => finish.push(resolve));
  });
  const all = [latest(1), latest(2), latest(3)];
  expect(started).toEqual([1]);
  finish[0]!();
  await Promise.resolve();
  await Promise.resolve();
  expect(started).toEqual([1, 3]);
  const last = latest(4);
  finish[1]!();
  await Promise.resolve();
  await Promise.resolve();
  finish[2]!();
  await Promise.all([...all, last]);
  expect(started).toEqual([1, 3, 4]);
});

test('works again after it was done, and after a failure', async () => {
  const seen: string[] = [];
  const latest = createLatest(async (value: string) => {
    seen.push(value);
    if (value === 'bad') throw new Error('bad');
  });
  await latest('a');
  await expect(latest('bad')).rejects.toThrow('bad');
  await latest('b');
  expect(seen).toEqual(['a', 'bad', 'b']);
});
