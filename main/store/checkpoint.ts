import { z } from 'zod';
import type { Sqlite } from './sqlite.ts';

/** Pages in the write-ahead log that are not in the file yet: from how many on something is done about them. */
export interface CheckpointPages {
  /** When nothing has been written for a while, the writer copies so many itself; more than twice as many, the thread. */
  readonly quiet: number;
  /** While writes go on, the checkpoint thread copies them. */
  readonly background: number;
  /** So few that the writer stops to copy them: only when all are copied does the log start over. */
  readonly last: number;
}

/** 4 KiB each, about 0.05 ms each to copy. A page that changes often in a larger log is copied once. */
export const CHECKPOINT_PAGES: CheckpointPages = { quiet: 250, background: 12_000, last: 400 };

/** Looking costs a little, so not after every transaction. */
const LOOK_EVERY = 16;
/** Passes in a row that the thread gets to catch up with the writer, which then stops for the rest. */
const PASSES = 4;

/** Decides when the write-ahead log is copied into the file, so that no write waits long for it. */
export interface Checkpointer {
  /** To be called after each transaction. */
  afterJob(): void;
  /** To be called between transactions when none has come for a while. */
  whenQuiet(): void;
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
  let passes = 0;

  function checkpoint(mode: 'NOOP' | 'PASSIVE'): number {
    try {
      const [{ log, checkpointed }] = Result.parse(sqlite.pragma(`wal_checkpoint(${mode})`));
      return log - checkpointed;
    } catch {
      // A failure shows in the next write, or the next look succeeds.
      return 0;
    }
  }

  function waiting(): number {
    return checkpoint('NOOP');
  }

  /** Passive: no reader is waited for or stopped. */
  function copy(): void {
    checkpoint('PASSIVE');
  }

  function ask(): void {
    passes++;
    askThread();
  }

  return {
    afterJob() {
      if (passes > 0 || ++transactions % LOOK_EVERY !== 0) return;
      if (waiting() >= pages.background) ask();
    },
    whenQuiet() {
      if (passes > 0) return;
      const now = waiting();
      if (now > 2 * pages.quiet) ask();
      else if (now >= pages.quiet) copy();
    },
    afterBackground() {
      if (passes === 0) return;
      if (passes < PASSES && waiting() > pages.last) {
        ask();
        return;
      }
      passes = 0;
      if (waiting() > 0) copy();
    },
  };
}
