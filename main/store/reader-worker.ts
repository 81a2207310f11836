import { parentPort } from 'node:worker_threads';
import { openConnection, type Connection } from './connection.ts';
import { executeRead } from './execute.ts';
import { failureOf } from './failures.ts';
import { Open, ToReader, type Reply } from './messages.ts';
import { movable } from './reply.ts';

/** The owner reader: a thread with a read-only connection. Reads run one after another. */
if (parentPort === null) throw new Error('reader-worker runs as a worker thread');
const port = parentPort;
let connection: Connection | undefined;
let last: Promise<void> = Promise.resolve();

port.once('message', (message: unknown) => {
  try {
    const { file, key } = Open.parse(message);
    connection = openConnection({ file, key, role: 'reader', mustExist: true });
    key.fill(0);
    post({ ok: true, id: 0, output: null, ms: 0 });
  } catch (error) {
    post(failureOf(0, error));
    return;
  }
  const open = connection;
  port.on('message', (next: unknown) => {
    last = last.then(() => handle(open, ToReader.parse(next)));
  });
});

async function handle(open: Connection, message: ToReader): Promise<void> {
  if (message.kind === 'close') {
    open.close();
    port.close();
    return;
  }
  const started = performance.now();
  try {
    const output = await executeRead(open, message.name, message.input);
    post({ ok: true, id: message.id, output, ms: performance.now() - started }, movable(output));
  } catch (error) {
    post(failureOf(message.id, error));
  }
}

function post(reply: Reply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(reply, transfer);
}
