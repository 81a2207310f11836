import { expect, test } from 'vitest';
import { createCheckpointer, type Checkpointer, type CheckpointPages } from './checkpoint.ts';

const pages: CheckpointPages = { quiet: 5, background: 100, last: 10 };

interface Log {
  size: number;
  copied: number;
  /** Who copied, or was asked to, in order. */
  acts: string[];
  checkpointer: Checkpointer;
}

/** A log of so many pages, of which so many are copied. */
function log(): Log {
  const state: Log = {
    size: 0,
    copied: 0,
    acts: [],
    checkpointer: createCheckpointer({
      pages,
      askThread: () => state.acts.push('thread'),
      sqlite: {
        pragma(text: string) {
          if (text === 'wal_checkpoint(PASSIVE)') {
            state.acts.push('writer');
            state.copied = state.size;
          }
          return [{ busy: 0, log: state.size, checkpointed: state.copied }];
        },
      },
    }),
  };
  return state;
}

function busyFor(state: Log, transactions: number, pagesEach: number): void {
  for (let i = 0; i < transactions; i++) {
    state.size += pagesEach;
    state.checkpointer.afterJob();
  }
}

test('in quiet times the writer copies a few pages itself', () => {
  const state = log();
  state.size = 4;
  state.checkpointer.whenQuiet();
  expect(state.acts).toEqual([]);
  state.size = 5;
  state.checkpointer.whenQuiet();
  expect(state.acts).toEqual(['writer']);
});

test('many pages are left to the thread, also when it gets quiet', () => {
  const state = log();
  state.size = 60;
  state.checkpointer.whenQuiet();
  expect(state.acts).toEqual(['thread']);
});

test('while writes queue up, the thread copies, and the writer the last few, so that the log starts over', () => {
  const state = log();
  busyFor(state, 64, 2);
  expect(state.acts).toEqual(['thread']);
  // The thread copied what was there when it began; the writer went on.
  state.copied = state.size;
  state.size += 40;
  state.checkpointer.afterBackground();
  expect(state.acts).toEqual(['thread', 'thread']);
  state.copied = state.size;
  state.size += 7;
  state.checkpointer.afterBackground();
  expect(state.acts).toEqual(['thread', 'thread', 'writer']);
  expect(state.copied).toBe(state.size);
});

test('a thread that never catches up is not waited for: the writer stops and copies the rest', () => {
  const state = log();
  busyFor(state, 64, 2);
  for (let i = 0; i < 4; i++) {
    state.size += 50;
    state.checkpointer.afterBackground();
  }
  expect(state.acts).toEqual(['thread', 'thread', 'thread', 'thread', 'writer']);
  expect(state.copied).toBe(state.size);
  busyFor(state, 16, 10);
  expect(state.acts.at(-1)).toBe('thread');
});
