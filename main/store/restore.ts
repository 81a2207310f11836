import { constants } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { requireIntegrity, syncFile, syncFolderOf } from './backup.ts';
import { openConnection } from './connection.ts';
import { EPOCH_SETTING } from './contracts/rules.ts';
import { codeOf } from './failures.ts';
import { storeVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { lockStore } from './store-lock.ts';

export interface RestoreOptions {
  readonly backup: string;
  readonly file: string;
  readonly key: Uint8Array;
  readonly now?: () => number;
}

export interface Restored {
  /** Where the store that was there before is kept, or null where there was none. */
  readonly replaced: string | null;
  /** The counter that tells an old copy of the store, as it is in the backup; 0: it has none. */
  readonly epoch: number;
}

/**
 * Puts a backup in the place of the store, which must be closed. The copy is checked before anything is replaced, and
 * the store that was there is kept beside it under another name.
 *
 * @throws LockerError `store_busy`; `store_damaged`, `store_truncated`, `store_missing` or `store_newer` of the backup; `disk_full`
 */
export async function restore({ backup, file, key, now = Date.now }: RestoreOptions): Promise<Restored> {
  const unlock = lockStore(file);
  const temporary = `${file}.restoring`;
  try {
    await copyFile(backup, temporary, constants.COPYFILE_FICLONE).catch((error: unknown) => {
      throw new LockerError(codeOf(error) === 'disk_full' ? 'disk_full' : 'store_missing', { cause: error });
    });
    await syncFile(temporary);
    const epoch = check(temporary, key);
    const replaced = await setAside(file, now());
    await rename(temporary, file);
    await syncFolderOf(file);
    return { replaced, epoch };
  } finally {
    // Looking at the copy leaves an empty log and its index behind.
    for (const end of ['', '-wal', '-shm']) await rm(`${temporary}${end}`, { force: true });
    unlock();
  }
}

const EpochRow = z.object({ value: z.string().transform(Number).pipe(z.int().min(0)) });

/** Throws unless the copy is sound and of a version that this program knows. @returns its epoch */
function check(file: string, key: Uint8Array): number {
  const copy = openConnection({ file, key, role: 'probe', mustExist: true });
  try {
    const version = storeVersion(copy);
    if (version > MIGRATIONS.length) throw new LockerError('store_newer');
    if (version === 0) throw new LockerError('store_damaged', { detail: 'empty' });
    requireIntegrity(copy);
    const row = copy.sqlite.prepare('select value from setting where key = ?').get(EPOCH_SETTING);
    return row === undefined ? 0 : EpochRow.parse(row).value;
  } finally {
    copy.close();
  }
}

/** The log goes first: a store whose log is missing is complete up to its last checkpoint, the reverse is not. */
async function setAside(file: string, now: number): Promise<string | null> {
  const aside = `${file}.replaced-${new Date(now).toISOString().replaceAll(':', '-')}`;
  for (const end of ['-wal', '']) {
    const moved = await rename(`${file}${end}`, `${aside}${end}`).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
        throw error;
      },
    );
    if (end === '' && !moved) return null;
  }
  await rm(`${file}-shm`, { force: true });
  return aside;
}
