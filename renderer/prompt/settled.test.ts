import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSettled } from './settled.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const asked: { input: number; signal: AbortSignal; answer: (text: string) => void; fail: (e: Error) => void }[] = [];
  const shown: string[] = [];
  const problems: unknown[] = [];
  let busy = false;
  const settled = createSettled<number, string>({
    ask: (input, signal) =>
      new Promise((answer, fail) => {
        asked.push({ input, signal, answer, fail });
      }),
    wait: 250,
    onbusy: (now) => (busy = now),
    onanswer: (text) => shown.push(text),
    onproblem: (error) => problems.push(error),
  });
  return { settled, asked, shown, problems, busy: () => busy };
}

test('asks once for many changes, for the last', async () => {
  const { settled, asked, shown, busy } = setUp();
  for (const value of [1, 2, 3]) {
    settled.change(value);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(asked).toHaveLength(0);
  expect(busy()).toBe(true);
  await vi.advanceTimersByTimeAsync(250);
  expect(asked.map(({ input }) => input)).toEqual([3]);
  asked[0]!.answer('three');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(['three']);
  expect(busy()).toBe(false);
});

test('an answer that was overtaken is never shown', async () => {
  const { settled, asked, shown, problems, busy } = setUp();
  settled.now(1);
  settled.change(2);
  await vi.advanceTimersByTimeAsync(250);
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[1]!.answer('two');
  asked[0]!.answer('one');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(['two']);
  settled.now(3);
  settled.now(4);
  asked[2]!.fail(new Error('late'));
  await vi.advanceTimersByTimeAsync(0);
  expect(problems).toEqual([]);
  expect(busy()).toBe(true);
});

test('a problem is told, and the next change asks again', async () => {
  const { settled, asked, shown, problems, busy } = setUp();
  settled.now(1);
  asked[0]!.fail(new Error('bad'));
  await vi.advanceTimersByTimeAsync(0);
  expect(problems).toHaveLength(1);
  expect(busy()).toBe(false);
  settled.change(2);
  await vi.advanceTimersByTimeAsync(250);
  asked[1]!.answer('two');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(['two']);
});

test('asks nothing after it was stopped', async () => {
  const { settled, asked, busy } = setUp();
  settled.change(1);
  settled.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(0);
  expect(busy()).toBe(false);
});
