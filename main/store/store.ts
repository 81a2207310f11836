import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import type { Priority } from './messages.ts';
import type { ReadInput, ReadName, ReadOutput, WriteInput, WriteName, WriteOutput } from './operations.ts';
import { startThread } from './thread.ts';

/** The encrypted store. Every call rejects with a LockerError. */
export interface Store extends AsyncDisposable {
  /** Runs a read operation in the owner reader, on one snapshot. */
  read<N extends ReadName>(name: N, input: ReadInput<N>): Promise<ReadOutput<N>>;
  /** Runs a write operation in a transaction of its own; resolves when it is on disk. Foreground unless said otherwise. */
  write<N extends WriteName>(
    name: N,
    input: WriteInput<N>,
    options?: { readonly priority?: Priority },
  ): Promise<WriteOutput<N>>;
  /** A port straight to the writer at import priority: transfer it to a worker and use `connectWriter(port)` there. */
  importPort(): MessagePort;
}

export interface StoreOptions {
  readonly file: string;
  /** The 32-byte data key; copied, so the caller may clear it. */
  readonly key: Uint8Array;
  /** True only for a locker that has never been opened: a missing file is made. */
  readonly create?: boolean;
  /** Longest time that closing waits for queued writes, in milliseconds. */
  readonly drainMs?: number;
}

/** Opens the store's threads; throws a `store_…` code, with nothing changed, where the file can't be used. */
export async function openStore({ file, key, create = false, drainMs = 5000 }: StoreOptions): Promise<Store> {
  const writer = await startThread('writer', { file, key: Uint8Array.from(key), create });
  const reader = await startThread('reader', { file, key: Uint8Array.from(key), create: false });
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    // The writer last: closing the last connection folds the write-ahead log into the file.
    await reader.close({ kind: 'close' }, drainMs);
    await writer.close({ kind: 'close', deadlineMs: drainMs }, drainMs + 5000);
  }

  return {
    async read<N extends ReadName>(name: N, input: ReadInput<N>) {
      return z.custom<ReadOutput<N>>().parse(await reader.call((id) => ({ kind: 'call', id, name, input })));
    },
    async write<N extends WriteName>(name: N, input: WriteInput<N>, options: { readonly priority?: Priority } = {}) {
      const priority = options.priority ?? 'foreground';
      const output = await writer.call((id) => ({ kind: 'call', id, name, input, priority }));
      return z.custom<WriteOutput<N>>().parse(output);
    },
    importPort() {
      const { port1, port2 } = new MessageChannel();
      writer.post({ kind: 'port', port: port1 }, [port1]);
      return port2;
    },
    [Symbol.asyncDispose]() {
      closed ??= close();
      return closed;
    },
  };
}
