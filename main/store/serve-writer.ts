import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { LockerError } from '../../protocol/errors.ts';
import type { Connection } from './connection.ts';
import { executeWrite } from './execute.ts';
import { createCheckpointer } from './checkpoint.ts';
import { createCheckpointThread } from './checkpoint-thread.ts';
import { codeOf, failureOf } from './failures.ts';
import { Call, Open, ToWriter, type Priority, type Reply } from './messages.ts';
import { openWriter, type Writer } from './open-writer.ts';
import { movable } from './reply.ts';
import { createWriteQueue } from './write-queue.ts';

/** So many foreground writes within a second are not those of the import itself. */
const SHARED_WRITES = 6;
const SHARED_MS = 1000;
/** So long without a write, and the log may be copied. */
const QUIET_MS = 300;

type Port = Pick<MessagePort, 'postMessage'>;

/**
 * The writer's side of its port: opens the file with the first message, then runs one write after another. It has the
 * only connection that may change the file.
 */
export function serveWriter(main: MessagePort): void {
  main.once('message', (message: unknown) => {
    void open(main, message);
  });
}

async function open(main: MessagePort, message: unknown): Promise<void> {
  try {
    const options = Open.parse(message);
    serve(main, await openWriter(options), options);
    main.postMessage({ ok: true, id: 0, output: null, ms: 0 } satisfies Reply);
  } catch (error) {
    main.postMessage(failureOf(0, error));
  }
}

/** `open.key` is kept for the checkpoint thread, and cleared when closing. */
function serve(main: MessagePort, writer: Writer, open: Open): void {
  const ports = new Set<MessagePort>();
  let damaged = false;
  const foreground: number[] = [];
  function isShared(): boolean {
    return foreground.length === SHARED_WRITES && (foreground[0] ?? 0) > performance.now() - SHARED_MS;
  }

  const queue = createWriteQueue({
    breathe: async () => {
      await nextTurn();
    },
    now: () => performance.now(),
    // Half of the writer's time is for who waits for an answer.
    restAfter: (ms) => (isShared() ? ms : 0),
    later: setTimeout,
  });
  const betweenJobs = (run: () => void): void => {
    queue.add({ priority: 'foreground', run: async () => run(), refuse: () => {} });
  };
  const checkpointThread = createCheckpointThread(open, () => {
    betweenJobs(checkpointer.afterBackground);
  });
  const checkpointer = createCheckpointer({
    sqlite: writer.connection.sqlite,
    askThread: () => {
      checkpointThread.ask();
    },
  });

  const quiet = setTimeout(() => {
    betweenJobs(checkpointer.whenQuiet);
  }, QUIET_MS).unref();

  function enqueue(port: Port, call: Call, priority: Priority): void {
    if (priority === 'foreground' && foreground.push(performance.now()) > SHARED_WRITES) foreground.shift();
    queue.add({
      priority,
      refuse: (error) => {
        port.postMessage(failureOf(call.id, error));
      },
      run: async () => {
        if (damaged) {
          port.postMessage(failureOf(call.id, new LockerError('store_damaged')));
          return;
        }
        try {
          await answer(port, writer.connection, call, isShared);
        } catch (error) {
          // A damaged file is not written to any more, so that nothing is made worse.
          damaged = codeOf(error) === 'store_damaged';
          port.postMessage(failureOf(call.id, error));
        }
        checkpointer.afterJob();
        quiet.refresh();
      },
    });
  }

  main.on('message', (raw: unknown) => {
    const message = ToWriter.parse(raw);
    if (message.kind === 'call') enqueue(main, message, message.priority);
    else if (message.kind === 'port') listen(message.port);
    else void close(message.deadlineMs);
  });

  function listen(port: MessagePort): void {
    ports.add(port);
    port.on('message', (raw: unknown) => {
      const call = Call.safeParse(raw);
      if (call.success) enqueue(port, call.data, 'import');
      else port.close();
    });
    port.once('close', () => ports.delete(port));
  }

  async function close(deadlineMs: number): Promise<void> {
    await queue.drain(deadlineMs);
    for (const port of ports) port.close();
    clearTimeout(quiet);
    await checkpointThread.end();
    writer.close();
    open.key.fill(0);
    main.close();
  }
}

async function answer(port: Port, connection: Connection, call: Call, isShared: () => boolean): Promise<void> {
  const started = performance.now();
  const output = await executeWrite(connection, call.name, call.input);
  const ms = performance.now() - started;
  const reply: Reply = { ok: true, id: call.id, output, ms, shared: isShared() };
  port.postMessage(reply, movable(output));
}
