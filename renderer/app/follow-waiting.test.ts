import { expect, test } from 'vitest';
import { followWaiting, windowTitle } from './follow-waiting.ts';

test('tells each line, and takes up a lost one again, ever more patiently', async () => {
  const abort = new AbortController();
  const told: number[] = [];
  const pauses: number[] = [];
  let attempt = 0;
  await followWaiting({
    signal: abort.signal,
    onwaiting: (waiting) => told.push(waiting),
    wait: async (ms) => {
      pauses.push(ms);
      if (pauses.length === 9) abort.abort();
    },
    watch: async function* () {
      attempt += 1;
      if (attempt === 1) {
        yield 0;
        yield 2;
      } else if (attempt === 4) yield 1;
      else throw new Error('gone');
    },
  });
  expect(told).toEqual([0, 2, 1]);
  expect(pauses).toEqual([1000, 2000, 4000, 1000, 2000, 4000, 8000, 16_000, 30_000]);
});

test('ends with its signal, without another try', async () => {
  const abort = new AbortController();
  let watched = 0;
  await followWaiting({
    signal: abort.signal,
    onwaiting: () => abort.abort(),
    wait: () => Promise.reject(new Error('must not wait')),
    watch: async function* () {
      watched += 1;
      yield 1;
    },
  });
  expect(watched).toBe(1);
});

test('the title begins with what waits', () => {
  expect(windowTitle('Feed', 'Data Locker', 0)).toBe('Feed · Data Locker');
  expect(windowTitle('Feed', 'Data Locker', 2)).toBe('(2) Feed · Data Locker');
});
