import { z } from 'zod';
import type { Sqlite } from './sqlite.ts';

/** Pages in the write-ahead log that are not in the file yet: from how many on something is done about them. */
export interface CheckpointPages {
  /** While nothing waits, the writer copies them itself. */
  readonly idle: number;
  /** While writes queue up, or with more than the writer should stop for, the checkpoint thread copies them. */
  readonly background: number;
  /** So few that the writer copies them in about 10 ms: only when all are copied does the log start over. */
  readonly last: number;
  /** The writer copies them whatever waits, as the log has outgrown the thread. */
  readonly most: number;
}

/** 4 KiB each: a page that changes often in a larger log is copied once. */
export const CHECKPOINT_PAGES: CheckpointPages = { idle: 500, background: 8000, last: 300, most: 48_000 };

/** Looking costs a little, so not after every transaction while writes queue up. */
const LOOK_EVERY = 16;
/** Tries in a row that the thread gets to catch up with the writer. */
const TRIES = 6;

/** Decides when the write-ahead log is copied into the file, so that no write waits long for it. */
export interface Checkpointer {
  /** To be called between transactions. */
  afterJob(idle: boolean): void;
  /** To be called between transactions when the checkpoint thread has answered. */
  afterBackground(): void;
}

export interface CheckpointPowers {
  readonly sqlite: Pick<Sqlite.Database, 'pragma'>;
  /** Asks the checkpoint thread for a pass. */
  readonly askThread: () => void;
  readonly pages?: CheckpointPages;
}

const Result = z.tuple([z.object({ busy: z.int(), log: z.int(), checkpointed: z.int() })]);

export function createCheckpointer({ sqlite, askThread, pages = CHECKPOINT_PAGES }: CheckpointPowers): Checkpointer {
  let transactions = 0;
  let tries = 0;

  function waiting(): number {
    const [{ log, checkpointed }] = Result.parse(sqlite.pragma('wal_checkpoint(NOOP)'));
    return log - checkpointed;
  }

  /** Passive: no reader is waited for or stopped. A failure shows in the next write, or the next try succeeds. */
  function copy(): void {
    try {
      sqlite.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      return;
    }
  }

  function ask(): void {
    tries++;
    askThread();
  }

  return {
    afterJob(idle) {
      transactions++;
      if (!idle && transactions % LOOK_EVERY !== 0) return;
      const now = waiting();
      if (now >= pages.most) copy();
      else if (tries > 0) return;
      else if (now >= pages.background) ask();
      else if (idle && now >= pages.idle) {
        if (now <= 2 * pages.idle) copy();
        else ask();
      }
    },
    afterBackground() {
      if (tries === 0) return;
      const now = waiting();
      if (now > pages.last && tries < TRIES) {
        ask();
        return;
      }
      tries = 0;
      if (now > 0 && now <= pages.last) copy();
    },
  };
}
