import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import { BackupMade, RestoreDone, type Priority } from './messages.ts';
import { made } from './made.ts';
import { createHeldStates } from './oauth/held-states.ts';
import type { ReadInput, ReadName, ReadOutput, WriteInput, WriteName, WriteOutput } from './operations.ts';
import type { Restored } from './restore.ts';
import { openThread, runTask, startWorker, type Link, type Thread } from './thread.ts';

/** Name of the store's file in the data folder. */
export const STORE_FILE = 'locker.db';

const OauthKey = z.object({ key: z.string(), now: z.number() });
/** Writes that are known to end no token and begin none. */
const LEAVES_TOKENS: ReadonlySet<WriteName> = new Set(['contracts.log', 'gate.aggregateDay', 'records.upsertBatch']);

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
  /**
   * Writes an encrypted, checked copy into `folder` while work goes on, and removes what the rotation no longer keeps
   * (seven daily, four weekly). It opens with the same key: keep a copy of the key file with it.
   */
  backup(folder: string): Promise<{ readonly file: string; readonly bytes: number }>;
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

/**
 * Opens the store's threads, bringing an older store to the current version after a backup.
 *
 * @throws LockerError `store_busy`, `store_missing`, `store_truncated`, `store_damaged`, `store_newer`, with the files left
 * as they were; `disk_full`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return openStoreOver({ writer: startWorker('writer'), reader: startWorker('reader') }, options);
}

/** As `openStore`, over the threads given. */
export async function openStoreOver(
  links: { readonly writer: Link; readonly reader: Link },
  { file, key, create = false, drainMs = 5000 }: StoreOptions,
): Promise<Store> {
  const ownKey = Uint8Array.from(key);
  let writer: Thread;
  let reader: Thread;
  try {
    writer = await openThread(links.writer, { file, key: Uint8Array.from(key), create });
  } catch (error) {
    await links.reader.terminate();
    throw error;
  }
  try {
    reader = await openThread(links.reader, { file, key: Uint8Array.from(key), create: false });
  } catch (error) {
    await writer.close({ kind: 'close', deadlineMs: 0 }, drainMs);
    throw error;
  }
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    // The writer last: closing the last connection folds the write-ahead log into the file.
    await reader.close({ kind: 'close' }, drainMs);
    await writer.close({ kind: 'close', deadlineMs: drainMs }, drainMs + 5000);
    ownKey.fill(0);
  }

  function ask<N extends ReadName>(name: N, input: ReadInput<N>): Promise<unknown> {
    return reader.call((id) => ({ kind: 'call', id, name, input }));
  }

  const states = createHeldStates(async (asked) => made<ReadOutput<'oauth.find'>>(await ask('oauth.find', asked)));

  return {
    async read<N extends ReadName>(name: N, input: ReadInput<N>) {
      const output = name === 'oauth.find' ? states.find(OauthKey.parse(input)) : ask(name, input);
      return made<ReadOutput<N>>(await output);
    },
    async write<N extends WriteName>(name: N, input: WriteInput<N>, options: { readonly priority?: Priority } = {}) {
      const priority = options.priority ?? 'foreground';
      const write = (): Promise<unknown> => writer.call((id) => ({ kind: 'call', id, name, input, priority }));
      return made<WriteOutput<N>>(await (LEAVES_TOKENS.has(name) ? write() : states.changing(write)));
    },
    importPort() {
      const { port1, port2 } = new MessageChannel();
      writer.post({ kind: 'port', port: port1 }, [port1]);
      return port2;
    },
    async backup(folder) {
      return BackupMade.parse(await runTask({ kind: 'backup', file, key: Uint8Array.from(ownKey), folder }));
    },
    [Symbol.asyncDispose]() {
      closed ??= close();
      return closed;
    },
  };
}

/** Puts a backup in the place of the closed store at `file`; see `restore` for what is kept and thrown. */
export async function restoreStore(options: {
  readonly backup: string;
  readonly file: string;
  readonly key: Uint8Array;
}): Promise<Restored> {
  const { backup, file, key } = options;
  return RestoreDone.parse(await runTask({ kind: 'restore', file, backup, key: Uint8Array.from(key) }));
}
