import type { MessagePort } from 'node:worker_threads';
import { LockerError } from '../../protocol/errors.ts';
import { createCalls } from './calls.ts';
import { made } from './made.ts';
import type { Call } from './messages.ts';
import type { WriteInput, WriteName, WriteOutput } from './operations.ts';

/** Writes sent ahead of their answers; more wait here, so that the writer's memory stays flat. */
const AHEAD = 4;

/** The writer as an importer sees it: at import priority, straight from its own thread. */
export interface ImportWriter {
  /** Rejects with a LockerError; resolves when the transaction is on disk. */
  write<N extends WriteName>(name: N, input: WriteInput<N>): Promise<WriteOutput<N>>;
  /** Milliseconds that the latest write held the writer: keep it near 10 by the size of the batches. */
  readonly lastMs: number;
  /** Someone else's writes wait for this one's: keep it below 10 then. */
  readonly isShared: boolean;
  close(): void;
}

/** Connects to the writer through a port from {@link Store.importPort}. */
export function connectWriter(port: MessagePort): ImportWriter {
  const calls = createCalls();
  const turns: (() => void)[] = [];
  let sent = 0;
  let lastMs = 0;
  let isShared = false;
  port.on('message', (message: unknown) => {
    calls.settle(message);
  });
  port.once('close', () => {
    calls.fail(new LockerError('shutting_down'));
  });

  async function turn(): Promise<void> {
    if (sent >= AHEAD) await new Promise<void>((resolve) => turns.push(resolve));
    else sent++;
  }

  function done(): void {
    const next = turns.shift();
    if (next === undefined) sent--;
    else next();
  }

  return {
    async write<N extends WriteName>(name: N, input: WriteInput<N>): Promise<WriteOutput<N>> {
      await turn();
      try {
        const { output, ms, shared } = await calls.start((id) => {
          port.postMessage({ kind: 'call', id, name, input } satisfies Call);
        });
        lastMs = ms;
        isShared = shared;
        return made<WriteOutput<N>>(output);
      } finally {
        done();
      }
    },
    get lastMs() {
      return lastMs;
    },
    get isShared() {
      return isShared;
    },
    close() {
      port.close();
    },
  };
}
