import { z } from 'zod';
import type { Connection } from './connection.ts';

/**
 * Pages in the write-ahead log from which it is copied into the file: few while nothing waits, more while writes queue
 * up, as a copy ends in a sync of the file that the next write would wait for.
 */
const PAGES_IDLE = 500;
const PAGES_BUSY = 4000;
/** Looking costs a little, so not after every transaction. */
const LOOK_EVERY = 16;

const Result = z.tuple([z.object({ busy: z.int(), log: z.int(), checkpointed: z.int() })]);

/** Decides when the write-ahead log is copied into the file. Copying is passive: no reader is waited for or stopped. */
export function createCheckpointer(connection: Connection): (idle: boolean) => void {
  let transactions = 0;
  return (idle) => {
    transactions++;
    if (!idle && transactions % LOOK_EVERY !== 0) return;
    const [{ log, checkpointed }] = run(connection, 'NOOP');
    const waiting = log - checkpointed;
    if (waiting >= (idle ? PAGES_IDLE : PAGES_BUSY)) run(connection, 'PASSIVE');
  };
}

function run(connection: Connection, mode: 'NOOP' | 'PASSIVE'): z.infer<typeof Result> {
  return Result.parse(connection.sqlite.pragma(`wal_checkpoint(${mode})`));
}
