import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';
import { readKeyFile, writeKeyFile, type KeyFile, type KeySlots } from './key-file.ts';
import { writeAtomically } from './write-atomically.ts';

/** Name of the key file in the data folder; copy it along with backups, as nothing opens them without it. */
export const KEY_FILE = 'locker.key';

/** Reads and replaces the key file of a data folder. */
export interface KeyStore {
  readonly path: string;
  /** Undefined where there is no locker yet; throws where there is a store and no key file. */
  read(): Promise<KeyFile | undefined>;
  write(slots: KeySlots, dataKey: Uint8Array): Promise<void>;
}

export function createKeyStore(dataFolder: string, storeFile: string): KeyStore {
  const path = join(dataFolder, KEY_FILE);
  return {
    path,
    async read() {
      const bytes = await readFile(path).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw new LockerError('store_keyfile_damaged', { cause: error });
      });
      if (bytes !== undefined) return readKeyFile(bytes);
      if (await exists(storeFile)) throw new LockerError('store_keyfile_missing');
      return undefined;
    },
    async write(slots, dataKey) {
      await writeAtomically(path, writeKeyFile(slots, dataKey));
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
