import { existsSync, rmSync, statSync } from 'node:fs';
import { LockerError } from '../../protocol/errors.ts';
import { openConnection } from './connection.ts';
import { PAGE_BYTES } from './open-sqlite.ts';
import { codeOf } from './failures.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { storeVersion } from './migrate.ts';
import type { Open } from './messages.ts';

/**
 * Looks at the file through a read-only connection before the writer opens it, so that a file that can't be used is left
 * byte for byte as it is.
 *
 * @returns whether there is a store yet
 * @throws LockerError `store_missing`, `store_truncated`, `store_damaged`, `store_newer`
 */
export function inspectFile({ file, key, create }: Open, newest: number = MIGRATIONS.length): boolean {
  const bytes = sizeOf(file);
  const log = sizeOf(`${file}-wal`) ?? 0;
  if (bytes === undefined && !create) throw new LockerError('store_missing');
  // An empty one is what is left when making it was cut short.
  if ((bytes ?? 0) === 0 && create) return false;
  // A cut in the middle of a page; with a log, that may hold the rest, the database itself decides.
  if (log === 0 && ((bytes ?? 0) === 0 || (bytes ?? 0) % PAGE_BYTES !== 0)) throw new LockerError('store_truncated');
  leavingNoTrace(file, () => {
    if (versionOf(file, key) > newest) throw new LockerError('store_newer');
  });
  return true;
}

function versionOf(file: string, key: Uint8Array): number {
  try {
    const connection = openConnection({ file, key, role: 'probe', mustExist: true });
    try {
      return storeVersion(connection);
    } finally {
      connection.close();
    }
  } catch (error) {
    throw error instanceof LockerError ? error : new LockerError(codeOf(error), { cause: error });
  }
}

/** A read-only connection leaves an empty log and its index behind where there was none. */
function leavingNoTrace(file: string, look: () => void): void {
  const traces = [`${file}-wal`, `${file}-shm`].filter((path) => !existsSync(path));
  try {
    look();
  } finally {
    for (const path of traces) rmSync(path, { force: true });
  }
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
