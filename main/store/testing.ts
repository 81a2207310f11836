import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from './store.ts';

/** A store for tests, with real threads, in a folder of its own that goes when it is disposed of. */
export interface TestStore extends Store {
  readonly folder: string;
  readonly file: string;
  readonly key: Uint8Array;
  /** Closes and opens again the same file. */
  reopen(): Promise<TestStore>;
}

/** Opens an empty store in a temporary folder: `await using store = await openTestStore()`. */
export async function openTestStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'locker-store-'));
  return openIn(folder, randomBytes(32), true);
}

async function openIn(folder: string, key: Uint8Array, create: boolean): Promise<TestStore> {
  const file = join(folder, 'locker.db');
  const store = await openStore({ file, key, create });
  let keepFolder = false;
  return {
    ...store,
    folder,
    file,
    key,
    async reopen() {
      keepFolder = true;
      await store[Symbol.asyncDispose]();
      return openIn(folder, key, false);
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      if (!keepFolder) await rm(folder, { recursive: true, force: true });
    },
  };
}
