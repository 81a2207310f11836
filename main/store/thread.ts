import { Worker, type Transferable } from 'node:worker_threads';
import { LockerError } from '../../protocol/errors.ts';
import { createCalls } from './calls.ts';
import { errorOf } from './failures.ts';
import { Reply, type Open, type Task, type ToReader, type ToWriter } from './messages.ts';
import { threadEntry, threadEnvironment, type ThreadEntry } from './thread-entries.ts';

/** A store thread, owned by the core. */
export interface Thread {
  call(build: (id: number) => ToReader | ToWriter): Promise<unknown>;
  post(message: ToReader | ToWriter, transfer?: Transferable[]): void;
  /** Sends the closing message and waits until the thread has ended; past the deadline it is stopped. */
  close(message: ToReader | ToWriter, deadlineMs: number): Promise<void>;
}

/** A thread that loads its code while something else is waited for. */
export interface Spawned {
  /** Opens its connection; rejects, with the thread gone, with the code that opening gave. */
  open(open: Open): Promise<Thread>;
  /** For one that isn't needed after all. */
  terminate(): Promise<void>;
}

export function spawnThread(entry: 'writer' | 'reader'): Spawned {
  const worker = startWorker(entry);
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
  const thread: Thread = {
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
  return {
    async open(open) {
      try {
        await firstReply(worker, open);
      } catch (error) {
        await worker.terminate();
        throw error;
      }
      worker.on('message', (message: unknown) => {
        calls.settle(message);
      });
      return thread;
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

/** Runs one task in a thread of its own. */
export async function runTask(task: Task): Promise<unknown> {
  const worker = startWorker('maintenance');
  try {
    return await firstReply(worker, task);
  } finally {
    await worker.terminate();
  }
}

function startWorker(entry: ThreadEntry): Worker {
  return new Worker(threadEntry(entry), { name: `store-${entry}`, env: threadEnvironment(), argv: [] });
}

/** Posts the first message and waits for its reply. The key in it is copied by the call, and cleared here. */
async function firstReply(worker: Worker, message: Open | Task): Promise<unknown> {
  const reply = await new Promise<Reply>((resolve, reject) => {
    worker.once('message', (raw: unknown) => {
      resolve(Reply.parse(raw));
    });
    worker.once('error', (error) => {
      reject(new LockerError('internal', { cause: error }));
    });
    worker.once('exit', () => {
      reject(new LockerError('internal', { detail: 'store thread ended' }));
    });
    worker.postMessage(message);
    message.key.fill(0);
  });
  if (!reply.ok) throw errorOf(reply);
  return reply.output;
}
