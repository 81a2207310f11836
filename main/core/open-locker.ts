import type { Store } from '../store/index.ts';
import type { Rooms } from '../owner-api/index.ts';
import { openSettings, type KeptSettings } from './settings-keeper.ts';

/** Everything that exists only while the keys are in memory. */
export interface OpenLocker extends AsyncDisposable {
  readonly store: Store;
  readonly rooms: Rooms;
  readonly settings: KeptSettings;
}

/** Puts the rooms together over an open store. Nothing that isn't needed yet is started. */
export async function openRooms(store: Store): Promise<OpenLocker> {
  const settings = await openSettings(store);
  return {
    store,
    settings,
    rooms: { settings },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
    },
  };
}
