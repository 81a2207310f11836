import { join } from 'node:path';
import type { System } from '../../protocol/owner/settings.ts';
import type { Rooms } from '../owner-api/index.ts';
import { openStore, type Store } from '../store/index.ts';
import type { Vault } from '../vault/index.ts';
import { openSettings, type KeptSettings } from './settings-keeper.ts';

const STORE_FILE = 'locker.db';

/** Everything that exists only while the keys are in memory. */
export interface OpenLocker extends AsyncDisposable {
  readonly store: Store;
  readonly rooms: Rooms;
  readonly settings: KeptSettings;
  sandboxLevel(): System['sandbox'];
  sqliteVersion(): Promise<string>;
}

async function openStoreOf(vault: Vault, folder: string): Promise<Store> {
  const key = vault.key('store');
  try {
    return await openStore({ file: join(folder, STORE_FILE), key, create: !vault.expectsStore });
  } finally {
    key.fill(0);
  }
}

/** Opens the store with the vault's key and puts the rooms together. Nothing that isn't needed yet is started. */
export async function openLocker(vault: Vault, folder: string): Promise<OpenLocker> {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStoreOf(vault, folder));
  await vault.storeMade();
  const settings = await openSettings(store);
  const kept = stack.move();
  return {
    store,
    settings,
    rooms: { settings },
    sandboxLevel: () => ({ wall: 'none', permission: false, ulimit: false, note: '' }),
    sqliteVersion: async () => '',
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
