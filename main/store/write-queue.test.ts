import { expect, test } from 'vitest';
import type { Priority } from './messages.ts';
import { createWriteQueue, type QueuePowers, type WriteQueue } from './write-queue.ts';

interface Recorded {
  readonly queue: WriteQueue;
  readonly log: string[];
  add(name: string, priority: Priority, during?: () => void): void;
}

function recorded(powers: Partial<QueuePowers> = {}): Recorded {
  const log: string[] = [];
  const queue = createWriteQueue({
    breathe: async () => {},
    now: () => 0,
    restAfter: () => 0,
    later: setTimeout,
    ...powers,
  });
  return {
    queue,
    log,
    add(name, priority, during) {
      queue.add({
        priority,
        run: async () => {
          log.push(name);
          during?.();
        },
        refuse: (error) => log.push(`${name} ${error.code}`),
      });
    },
  };
}

test('foreground goes before what was queued for import, each in its order', async () => {
  const { queue, log, add } = recorded();
  add('i1', 'import');
  add('i2', 'import');
  add('f1', 'foreground');
  add('i3', 'import');
  add('f2', 'foreground');
  await queue.idle();
  expect(log).toEqual(['i1', 'f1', 'f2', 'i2', 'i3']);
});

test('what arrives while the queue breathes is seen before the next job is picked', async () => {
  let arrive: (() => void) | undefined;
  const { queue, log, add } = recorded({
    breathe: async () => {
      arrive?.();
      arrive = undefined;
    },
  });
  arrive = () => {
    add('f1', 'foreground');
  };
  add('i1', 'import');
  add('i2', 'import');
  await queue.idle();
  expect(log).toEqual(['i1', 'f1', 'i2']);
});

test('draining runs what is queued and takes no more', async () => {
  const { queue, log, add } = recorded();
  add('i1', 'import');
  add('i2', 'import');
  const drained = queue.drain(100);
  add('late', 'foreground');
  await drained;
  expect(log).toEqual(['i1', 'late shutting_down', 'i2']);
});

test('past the deadline the rest is refused, not forgotten', async () => {
  let now = 0;
  const { queue, log, add } = recorded({ now: () => now });
  add('i1', 'import');
  add('i2', 'import');
  add('f1', 'foreground', () => {
    now = 500;
  });
  add('f2', 'foreground');
  await queue.drain(100);
  expect(log).toEqual(['i1', 'f1', 'f2 shutting_down', 'i2 shutting_down']);
});

/** A clock that moves with the jobs, and what was to be done later. */
function slow(): { powers: Partial<QueuePowers>; take: (ms: number) => () => void; waits: number[]; wake: () => void } {
  let now = 0;
  const waits: number[] = [];
  let due: (() => void) | undefined;
  return {
    powers: {
      now: () => now,
      restAfter: (ms) => 2 * ms,
      later: (act, ms) => {
        waits.push(ms);
        due = act;
      },
    },
    take: (ms) => () => {
      now += ms;
    },
    waits,
    wake: () => due?.(),
  };
}

test('imports rest after each other, what is in the foreground does not', async () => {
  const { powers, take, waits, wake } = slow();
  const { queue, log, add } = recorded(powers);
  add('i1', 'import', take(8));
  add('i2', 'import', take(3));
  await expect.poll(() => waits).toEqual([16]);
  add('f1', 'foreground', take(5));
  await expect.poll(() => log).toEqual(['i1', 'f1']);
  let isIdle = false;
  const idle = queue.idle().then(() => (isIdle = true));
  await new Promise(setImmediate);
  expect(isIdle).toBe(false);
  wake();
  await idle;
  expect(log).toEqual(['i1', 'f1', 'i2']);
  expect(waits).toEqual([16, 6]);
});

test('draining waits for no rest', async () => {
  const { powers, take, waits } = slow();
  const { queue, log, add } = recorded(powers);
  add('i1', 'import', take(8));
  add('i2', 'import', take(3));
  await expect.poll(() => waits).toEqual([16]);
  await queue.drain(1000);
  expect(log).toEqual(['i1', 'i2']);
});
