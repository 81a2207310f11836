import { Worker, type Transferable } from 'node:worker_threads';
import { LockerError } from '../../protocol/errors.ts';
import { createCalls } from './calls.ts';
import { errorOf } from './failures.ts';
import { Reply, type Open, type ToReader, type ToWriter } from './messages.ts';

/** Where the threads' entry files are, next to this one. */
const ENTRIES = {
  writer: new URL('./writer-worker.ts', import.meta.url),
  reader: new URL('./reader-worker.ts', import.meta.url),
};

/** A store thread, owned by the core. */
export interface Thread {
  call(build: (id: number) => ToReader | ToWriter): Promise<unknown>;
  post(message: ToReader | ToWriter, transfer?: Transferable[]): void;
  /** Sends the closing message and waits until the thread has ended. */
  close(message: ToReader | ToWriter, deadlineMs: number): Promise<void>;
}

/** Starts a thread and opens its connection; rejects with the code that opening gave. */
export async function startThread(entry: keyof typeof ENTRIES, open: Open): Promise<Thread> {
  const worker = new Worker(ENTRIES[entry], { name: `store-${entry}`, env: {}, argv: [] });
  const calls = createCalls();
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      calls.fail(new LockerError('shutting_down'));
      resolve();
    });
  });
  worker.on('error', (error) => {
    calls.fail(new LockerError('internal', { cause: error }));
  });
  try {
    await opened(worker, open);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  worker.on('message', (message: unknown) => {
    calls.settle(message);
  });
  return {
    async call(build) {
      const { output } = await calls.start((id) => {
        worker.postMessage(build(id));
      });
      return output;
    },
    post(message, transfer = []) {
      worker.postMessage(message, transfer);
    },
    async close(message, deadlineMs) {
      worker.postMessage(message);
      const timer = setTimeout(() => void worker.terminate(), deadlineMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function opened(worker: Worker, open: Open): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('message', (message: unknown) => {
      const reply = Reply.parse(message);
      if (reply.ok) resolve();
      else reject(errorOf(reply));
    });
    worker.once('error', (error) => {
      reject(new LockerError('internal', { cause: error }));
    });
    worker.once('exit', () => {
      reject(new LockerError('internal', { detail: 'store thread ended' }));
    });
    worker.postMessage(open);
  });
}
