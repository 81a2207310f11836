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
  const queue = createWriteQueue({ breathe: async () => {}, now: () => 0, ...powers });
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
