/**
 * The intake thread: reads and parses what it is told, and sends records straight to the writer. It holds no key of the
 * store and no connection.
 */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { connectWriter } from '../../store/index.ts';
import { ToIntake, type FromIntake } from './messages.ts';
import { runJob } from './run-job.ts';

/** Of the operating system, 0 to 19. */
const NICE = 10;

const port = parentPort;
if (port === null) throw new Error('runs as a worker thread only');

/** Nobody waits for an import as they wait for an answer. Elsewhere this would be the whole process, not the thread. */
if (process.platform === 'linux') setPriority(0, NICE);

let isCancelled = false;

port.on('message', (raw: unknown) => {
  const message = ToIntake.parse(raw);
  if (message.kind === 'cancel') {
    isCancelled = true;
    return;
  }
  isCancelled = false;
  const writer = connectWriter(message.job.port);
  void runJob(message.job, {
    writer,
    tell: (told: FromIntake) => port.postMessage(told),
    isCancelled: () => isCancelled,
    now: () => performance.now(),
  }).finally(() => writer.close());
});
