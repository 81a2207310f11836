import { LockerError } from '../../protocol/errors.ts';
import type { Priority } from './messages.ts';

export interface Job {
  readonly priority: Priority;
  readonly run: () => Promise<void>;
  readonly refuse: (error: LockerError) => void;
}

/** One job at a time, foreground before import, each kind in the order it came; imports rest in between where told to. */
export interface WriteQueue {
  add(job: Job): void;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
  /** Takes no more jobs; what is queued is run until the deadline, without rest, then refused. */
  drain(deadlineMs: number): Promise<void>;
}

export interface QueuePowers {
  /** Lets messages that arrived meanwhile in, before the next job is picked. */
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
  /** How long imports rest after one that took so long, in milliseconds; foreground work goes on meanwhile. */
  readonly restAfter: (ms: number) => number;
  /** Calls back after so many milliseconds. */
  readonly later: (act: () => void, ms: number) => void;
}

export function createWriteQueue(powers: QueuePowers): WriteQueue {
  const foreground: Job[] = [];
  const imports: Job[] = [];
  const idle: (() => void)[] = [];
  let isRunning = false;
  let isResting = false;
  let closing = false;
  let deadline = Infinity;

  async function work(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (let job = next(); job !== undefined; job = next()) {
      const started = powers.now();
      if (started > deadline) {
        job.refuse(new LockerError('shutting_down'));
        continue;
      }
      await job.run();
      if (job.priority === 'import') rest(powers.restAfter(powers.now() - started));
      await powers.breathe();
    }
    isRunning = false;
    if (foreground.length + imports.length === 0) for (const resolve of idle.splice(0)) resolve();
  }

  function next(): Job | undefined {
    return foreground.shift() ?? (isResting && !closing ? undefined : imports.shift());
  }

  function rest(ms: number): void {
    if (ms <= 0) return;
    isResting = true;
    powers.later(() => {
      isResting = false;
      void work();
    }, ms);
  }

  return {
    add(job) {
      if (closing) {
        job.refuse(new LockerError('shutting_down'));
        return;
      }
      (job.priority === 'foreground' ? foreground : imports).push(job);
      void work();
    },
    async idle() {
      if (!isRunning && foreground.length + imports.length === 0) return;
      await new Promise<void>((resolve) => {
        idle.push(resolve);
      });
    },
    async drain(deadlineMs) {
      closing = true;
      deadline = powers.now() + deadlineMs;
      void work();
      await this.idle();
    },
  };
}
