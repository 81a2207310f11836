import { constants } from 'node:fs';
import { access, copyFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';
import { restoreStore, STORE_FILE } from '../store/index.ts';
import { KEY_FILE, openVault, type Unlock } from '../vault/index.ts';
import { backupFolder } from './backup-schedule.ts';
import { takeOrFind } from './hand-over.ts';
import { holdFolder } from './held-folder.ts';

export interface RestoreOptions {
  /** Of the locker; it must not be open. */
  readonly folder: string;
  /** A backup's path, or the name of one in the locker's own folder of backups. */
  readonly backup: string;
  readonly platform: NodeJS.Platform;
  /** How the locker is opened; asked once the backup is found. */
  readonly unlock: () => Promise<Unlock>;
}

export interface RestoredLocker {
  /** Where the database that was there before is kept; null: there was none. */
  readonly replaced: string | null;
  /** The key file was missing and came from beside the backup: it opens with the passphrase of that time. */
  readonly keyFromBackup: boolean;
}

/**
 * Puts a backup in the place of a locker's database. All contracts are paused when it opens next, as the backup cannot
 * know which of them were withdrawn since.
 *
 * @throws LockerError `store_busy` where a locker is open there, `backup_missing`, `backup_damaged`, `store_newer`, and as
 * unlocking does; nothing was changed then
 */
export async function restoreLocker({ folder, backup, platform, unlock }: RestoreOptions): Promise<RestoredLocker> {
  const found = await takeOrFind(folder, () => holdFolder(folder, platform));
  if (!('answerWith' in found)) throw new LockerError('store_busy', { detail: 'close it first' });
  await using stack = new AsyncDisposableStack();
  stack.use(found);
  const file = await fileOf(folder, backup);
  const keyFromBackup = await bringKeyFile(folder, dirname(file));
  try {
    return { replaced: await restoreWithKey(folder, file, unlock), keyFromBackup };
  } catch (error) {
    if (keyFromBackup) await rm(join(folder, KEY_FILE), { force: true });
    throw error;
  }
}

async function restoreWithKey(folder: string, backup: string, unlock: () => Promise<Unlock>): Promise<string | null> {
  await using vault = openVault({ dataFolder: folder });
  if ((await vault.state()) === 'new') throw new LockerError('store_keyfile_missing');
  await vault.unlock(await unlock());
  const key = vault.key('store');
  try {
    const { replaced, epoch } = await restoreStore({ backup, file: join(folder, STORE_FILE), key }).catch(
      (error: unknown) => {
        throw asBackupsFault(error);
      },
    );
    // Ended before this, the copy is still told by its counter, unless no contract was changed since it was made.
    const outside = vault.epoch();
    await outside.raise(Math.max((await outside.read()) ?? 0, epoch) + 1);
    return replaced;
  } finally {
    key.fill(0);
  }
}

function asBackupsFault(error: unknown): unknown {
  if (!(error instanceof LockerError)) return error;
  if (error.code === 'store_missing') return new LockerError('backup_missing', { cause: error });
  if (error.code !== 'store_damaged' && error.code !== 'store_truncated') return error;
  return new LockerError('backup_damaged', { cause: error });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function fileOf(folder: string, backup: string): Promise<string> {
  for (const file of [backup, join(backupFolder(folder), basename(backup))]) {
    if (await exists(file)) return file;
  }
  throw new LockerError('backup_missing');
}

/** A folder without key file takes the one that was kept with the backup. @returns whether it did */
async function bringKeyFile(folder: string, beside: string): Promise<boolean> {
  if (await exists(join(folder, KEY_FILE))) return false;
  try {
    await copyFile(join(beside, KEY_FILE), join(folder, KEY_FILE), constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    throw new LockerError('store_keyfile_missing', { cause: error });
  }
}
