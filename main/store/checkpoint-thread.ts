import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CheckpointDone, type CheckpointAsked, type Open } from './messages.ts';
import { threadEntry, threadEnvironment } from './thread-entries.ts';

/** The checkpoint thread as the writer holds it: started when first needed, which a locker in daily use never does. */
export interface CheckpointThread {
  ask(): void;
  end(): Promise<void>;
}

/** @param done called for every `ask`, also where the thread has failed */
export function createCheckpointThread(open: Pick<Open, 'file' | 'key'>, done: () => void): CheckpointThread {
  let worker: Worker | undefined;

  function start(): Worker {
    const started = new Worker(threadEntry('checkpoint'), {
      name: 'store-checkpoint',
      env: threadEnvironment(),
      argv: [],
    });
    started.on('message', (message: unknown) => {
      CheckpointDone.parse(message);
      done();
    });
    started.on('error', () => {
      worker = undefined;
      done();
    });
    started.postMessage({ file: open.file, key: open.key, create: false } satisfies Open);
    return started;
  }

  return {
    ask() {
      worker ??= start();
      worker.postMessage('pass' satisfies CheckpointAsked);
    },
    async end() {
      const ending = worker;
      if (ending === undefined) return;
      const ended = once(ending, 'exit');
      ending.postMessage('close' satisfies CheckpointAsked);
      await ended;
    },
  };
}
