import { LockerError } from '../../protocol/errors.ts';
import type { Priority } from './messages.ts';

export interface Job {
  readonly priority: Priority;
  readonly run: () => Promise<void>;
  readonly refuse: (error: LockerError) => void;
}

/** One job at a time, foreground before import, each kind in the order it came. */
export interface WriteQueue {
  add(job: Job): void;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
  /** Takes no more jobs; what is queued is run until the deadline, then refused. */
  drain(deadlineMs: number): Promise<void>;
}

export interface QueuePowers {
  /** Lets messages that arrived meanwhile in, before the next job is picked. */
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
}

export function createWriteQueue(powers: QueuePowers): WriteQueue {
  const foreground: Job[] = [];
  const imports: Job[] = [];
  let running: Promise<void> | undefined;
  let closing = false;
  let deadline = Infinity;

  async function work(): Promise<void> {
    for (let job = next(); job !== undefined; job = next()) {
      if (powers.now() > deadline) {
        job.refuse(new LockerError('shutting_down'));
        continue;
      }
      await job.run();
      await powers.breathe();
    }
  }

  function start(): void {
    running ??= work().finally(() => {
      running = undefined;
      if (waiting() > 0) start();
    });
  }

  function waiting(): number {
    return foreground.length + imports.length;
  }

  function next(): Job | undefined {
    return foreground.shift() ?? imports.shift();
  }

  return {
    add(job) {
      if (closing) {
        job.refuse(new LockerError('shutting_down'));
        return;
      }
      (job.priority === 'foreground' ? foreground : imports).push(job);
      start();
    },
    async idle() {
      while (running !== undefined) await running;
    },
    async drain(deadlineMs) {
      closing = true;
      deadline = powers.now() + deadlineMs;
      await this.idle();
    },
  };
}
