import type { MessagePort } from 'node:worker_threads';
import { openConnection, type Connection } from './connection.ts';
import { executeRead } from './execute.ts';
import { failureOf } from './failures.ts';
import { Open, ToReader, type Reply } from './messages.ts';
import { movable } from './reply.ts';

/** The owner reader's side of its port: opens the file read-only with the first message, then runs one read after another. */
export function serveReader(port: MessagePort): void {
  port.once('message', (message: unknown) => {
    try {
      const { file, key } = Open.parse(message);
      const connection = openConnection({ file, key, role: 'reader', mustExist: true });
      key.fill(0);
      serve(port, connection);
      port.postMessage({ ok: true, id: 0, output: null, ms: 0 } satisfies Reply);
    } catch (error) {
      port.postMessage(failureOf(0, error));
    }
  });
}

function serve(port: MessagePort, connection: Connection): void {
  let last: Promise<void> = Promise.resolve();

  async function handle(message: ToReader): Promise<void> {
    if (message.kind === 'close') {
      connection.close();
      port.close();
      return;
    }
    const started = performance.now();
    try {
      const output = await executeRead(connection, message.name, message.input);
      const reply: Reply = { ok: true, id: message.id, output, ms: performance.now() - started };
      port.postMessage(reply, movable(output));
    } catch (error) {
      port.postMessage(failureOf(message.id, error));
    }
  }

  port.on('message', (message: unknown) => {
    last = last.then(() => handle(ToReader.parse(message)));
  });
}
