import { LockerError } from '../../../protocol/errors.ts';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Plan } from '../../../protocol/contract/plan.ts';
import { openTestStore } from '../testing.ts';
import { openServiceReader } from './service-reader.ts';
import { startReader, type ReaderProcess } from './reader-process.ts';

const COUNT: Plan = {
  kind: 'count',
  scope: { datatype: 'social.post', conditions: [], since: null, until: null, othersPrivate: true, appendedBy: null },
  words: null,
};
const NOTHING = { kind: 'count', count: 0 };

function isRunning(pid: number | undefined): boolean {
  if (process.platform === 'linux') return existsSync(`/proc/${String(pid)}/status`);
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

test('plans are answered by a process of its own, which ends with its owner', async () => {
  await using store = await openTestStore();
  const started: ReaderProcess[] = [];
  const reader = openServiceReader({
    ...store,
    start: (file, key) => {
      const one = startReader(file, key);
      started.push(one);
      return one;
    },
  });
  expect(started).toEqual([]);
  expect(await reader.read(COUNT)).toEqual(NOTHING);
  expect(await Promise.all(['a', 'a', 'b'].map((party) => reader.read(COUNT, { party })))).toEqual([
    NOTHING,
    NOTHING,
    NOTHING,
  ]);
  expect(started).toHaveLength(2);
  await reader[Symbol.asyncDispose]();
  for (const { pid } of started) expect(isRunning(pid)).toBe(false);
  await expect(reader.read(COUNT)).rejects.toMatchObject({ code: 'shutting_down' });
});

test('a locker inside the folder of the program is read, too', async () => {
  await using store = await openTestStore();
  // The one is within the other, as a data folder in a checkout would be.
  const folder = fileURLToPath(new URL('../../../dist', import.meta.url));
  const inside = join(folder, `reader-test-${randomBytes(4).toString('hex')}`);
  await mkdir(inside, { recursive: true });
  try {
    const file = join(inside, 'locker.db');
    await copyFile(store.file, file);
    await copyFile(`${store.file}-wal`, `${file}-wal`);
    await using reader = openServiceReader({ file, key: store.key });
    expect(await reader.read(COUNT)).toEqual(NOTHING);
  } finally {
    await rm(inside, { recursive: true });
  }
});

test('words without a word, and a wrong key, are told as what they are', async () => {
  await using store = await openTestStore();
  await using reader = openServiceReader(store);
  await expect(reader.read({ ...COUNT, words: { text: '…', fields: ['content'] } })).rejects.toMatchObject({
    code: 'bad_query',
  });
  await using wrong = openServiceReader({ ...store, key: randomBytes(32) });
  await expect(wrong.read(COUNT)).rejects.toMatchObject({ code: 'store_damaged' });
});

interface Asked {
  readonly plan: Plan;
  readonly answer: () => void;
  readonly fail: (code: 'query_too_slow' | 'reader_failed') => void;
}

/** Processes that answer when the test says so. */
function byHand(): { start: () => ReaderProcess; asked: Asked[]; started: () => number } {
  const asked: Asked[] = [];
  let started = 0;
  return {
    asked,
    started: () => started,
    start() {
      started++;
      let isAlive = true;
      let gone = (): void => undefined;
      return {
        pid: undefined,
        get isAlive() {
          return isAlive;
        },
        ready: Promise.resolve(),
        onGone(listener) {
          gone = listener;
        },
        ask(plan, deadlineMs) {
          return new Promise((resolve, reject) => {
            const fail = (code: 'query_too_slow' | 'reader_failed'): void => {
              isAlive = false;
              reject(new LockerError(code));
              gone();
            };
            asked.push({ plan, answer: () => resolve({ kind: 'count', count: 0 }), fail });
            if (deadlineMs > 100) return;
            isAlive = false;
            reject(Object.assign(new Error('query_too_slow'), { code: 'query_too_slow' }));
            gone();
          });
        },
        kill() {
          isAlive = false;
          gone();
        },
      };
    },
  };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('parties take turns, and none has both processes', async () => {
  const hands = byHand();
  await using reader = openServiceReader({ file: 'x', key: new Uint8Array(32), start: hands.start });
  const order: string[] = [];
  const read = (party: string, name: string): Promise<void> =>
    reader.read(COUNT, { party, deadlineMs: 1000 }).then(() => void order.push(name));
  const all = [read('a', 'a1'), read('a', 'a2'), read('a', 'a3'), read('b', 'b1')];
  await tick();
  // a1 and b1; a2 waits behind a1, and a3 though nobody else does.
  expect(hands.asked).toHaveLength(3);
  all.push(read('c', 'c1'));
  for (let i = 0; i < 5; i++) {
    hands.asked[i]?.answer();
    await tick();
  }
  await Promise.all(all);
  expect(order).toEqual(['a1', 'b1', 'a2', 'c1', 'a3']);
});

test('who gives up is no longer in line, and who never gets a turn is told', async () => {
  const hands = byHand();
  await using reader = openServiceReader({ file: 'x', key: new Uint8Array(32), start: hands.start, waitMs: 50 });
  const first = reader.read(COUNT, { party: 'a', deadlineMs: 1000 });
  const abort = new AbortController();
  const second = reader.read(COUNT, { party: 'a', signal: abort.signal });
  const ahead = reader.read(COUNT, { party: 'a', deadlineMs: 1000 });
  const third = reader.read(COUNT, { party: 'a' });
  abort.abort();
  await expect(second).rejects.toMatchObject({ code: 'timeout' });
  await expect(third).rejects.toMatchObject({ code: 'timeout' });
  for (const { answer } of hands.asked) answer();
  expect(await Promise.all([first, ahead])).toEqual([NOTHING, NOTHING]);
});

test('what a process was asked ahead is answered by another where it went with the one before', async () => {
  const hands = byHand();
  await using reader = openServiceReader({ file: 'x', key: new Uint8Array(32), start: hands.start });
  const slow = reader.read(COUNT, { party: 'a', deadlineMs: 1000 });
  const ahead = reader.read(COUNT, { party: 'a', deadlineMs: 1000 });
  await tick();
  expect(hands.asked).toHaveLength(2);
  hands.asked[0]?.fail('query_too_slow');
  hands.asked[1]?.fail('reader_failed');
  await expect(slow).rejects.toMatchObject({ code: 'query_too_slow' });
  await expect.poll(() => hands.asked.length).toBe(3);
  hands.asked[2]?.answer();
  expect(await ahead).toEqual(NOTHING);
});
