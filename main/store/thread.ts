import { Worker, type Transferable } from 'node:worker_threads';
import { LockerError } from '../../protocol/errors.ts';
import { createCalls } from './calls.ts';
import { errorOf } from './failures.ts';
import { Reply, type Open, type Task, type ToReader, type ToWriter } from './messages.ts';
import { threadEntry, threadEnvironment, type ThreadEntry } from './thread-entries.ts';

/** What a thread is to the one that started it; a worker, or in tests a port in the same thread. */
export interface Link {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called at most once, when it can answer no more. */
  onEnd(listener: (error: LockerError) => void): void;
  terminate(): Promise<void>;
}

/** A store thread, owned by the core. */
export interface Thread {
  call(build: (id: number) => ToReader | ToWriter): Promise<unknown>;
  post(message: ToReader | ToWriter, transfer?: Transferable[]): void;
  /** Sends the closing message and waits until the thread has ended; past the deadline it is stopped. */
  close(message: ToReader | ToWriter, deadlineMs: number): Promise<void>;
}

/** A worker that loads its code while something else is waited for. */
export function startWorker(entry: ThreadEntry): Link {
  const worker = new Worker(threadEntry(entry), { name: `store-${entry}`, env: threadEnvironment(), argv: [] });
  let fault: LockerError | undefined;
  worker.on('error', (error) => {
    fault = new LockerError('internal', { cause: error });
  });
  return {
    postMessage(message, transfer = []) {
      worker.postMessage(message, transfer);
    },
    onMessage(listener) {
      worker.on('message', listener);
    },
    onEnd(listener) {
      worker.once('exit', () => {
        listener(fault ?? new LockerError('shutting_down'));
      });
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

/** Opens the thread's connection; rejects, with the thread gone, with the code that opening gave. */
export async function openThread(link: Link, open: Open): Promise<Thread> {
  const calls = createCalls();
  const ended = new Promise<void>((resolve) => {
    link.onEnd((error) => {
      calls.fail(error);
      resolve();
    });
  });
  try {
    await firstReply(link, open, (message) => {
      calls.settle(message);
    });
  } catch (error) {
    await link.terminate();
    throw error;
  }
  return {
    async call(build) {
      const { output } = await calls.start((id) => {
        link.postMessage(build(id));
      });
      return output;
    },
    post(message, transfer) {
      link.postMessage(message, transfer);
    },
    async close(message, deadlineMs) {
      link.postMessage(message);
      const timer = setTimeout(() => void link.terminate(), deadlineMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Runs one task in a thread of its own. */
export async function runTask(task: Task): Promise<unknown> {
  const link = startWorker('maintenance');
  try {
    return await firstReply(link, task);
  } finally {
    await link.terminate();
  }
}

/**
 * Posts the first message and waits for its reply; `later` gets the messages after it. The key in the message is copied
 * by the call, and cleared here.
 */
async function firstReply(link: Link, message: Open | Task, later?: (message: unknown) => void): Promise<unknown> {
  const reply = await new Promise<Reply>((resolve, reject) => {
    let first = true;
    link.onMessage((raw) => {
      if (first) resolve(Reply.parse(raw));
      else later?.(raw);
      first = false;
    });
    link.onEnd(reject);
    link.postMessage(message);
    message.key.fill(0);
  });
  if (!reply.ok) throw errorOf(reply);
  return reply.output;
}
