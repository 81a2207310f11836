import { parentPort } from 'node:worker_threads';
import { CheckpointAsked, Open, type CheckpointDone } from './messages.ts';
import { openSqlite } from './open-sqlite.ts';

/** Copies the write-ahead log into the file beside the writer, which goes on meanwhile. Ended by the writer. */
if (parentPort === null) throw new Error('checkpoint-worker runs as a worker thread');
const port = parentPort;

port.once('message', (message: unknown) => {
  const { file, key } = Open.parse(message);
  const sqlite = openSqlite({ file, key, role: 'checkpointer', mustExist: true });
  key.fill(0);
  port.on('message', (asked: unknown) => {
    if (CheckpointAsked.parse(asked) === 'close') {
      sqlite.close();
      port.close();
      return;
    }
    try {
      sqlite.pragma('wal_checkpoint(PASSIVE)');
    } finally {
      port.postMessage({ done: true } satisfies CheckpointDone);
    }
  });
});
