import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { backupName } from './backup-rotation.ts';
import { openConnection, type Connection } from './connection.ts';

export interface BackupOptions {
  readonly file: string;
  readonly key: Uint8Array;
  readonly folder: string;
  /** Told apart from the daily ones, and not rotated with them. */
  readonly label?: string;
  readonly now?: () => number;
}

export interface Backup {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Writes an encrypted copy of the store, opens and checks it, and only then gives it its name: `VACUUM INTO` through a
 * read-only connection, so the writer isn't held up. The copy opens with the same key.
 *
 * @throws LockerError `store_damaged` where the copy doesn't pass (then none is left), `disk_full`
 */
export async function makeBackup({ file, key, folder, label, now = Date.now }: BackupOptions): Promise<Backup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, backupName(now(), label));
  const temporary = `${target}.${randomBytes(6).toString('hex')}.new`;
  try {
    const before = copy(file, key, temporary);
    await syncFile(temporary);
    checkCopy(temporary, key, before);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
  return { file: target, bytes: (await stat(target)).size };
}

/** Rows by table; undefined where the store changed while it was being copied. */
type Counts = Map<string, number> | undefined;

function copy(file: string, key: Uint8Array, target: string): Counts {
  const source = openConnection({ file, key, role: 'copier', mustExist: true });
  try {
    const version = source.sqlite.pragma('data_version', { simple: true });
    const counts = countRows(source);
    source.sqlite.prepare('vacuum into ?').run(target);
    return source.sqlite.pragma('data_version', { simple: true }) === version ? counts : undefined;
  } finally {
    source.close();
  }
}

function checkCopy(file: string, key: Uint8Array, before: Counts): void {
  const made = openConnection({ file, key, role: 'probe', mustExist: true });
  try {
    requireIntegrity(made);
    const counts = countRows(made);
    const same = before === undefined || [...before].every(([table, rows]) => counts.get(table) === rows);
    if (!same) throw new LockerError('store_damaged', { detail: 'row counts of the copy' });
  } finally {
    made.close();
  }
}

/** Throws `store_damaged` unless every page, index and constraint is sound. */
export function requireIntegrity(connection: Connection): void {
  const verdict = connection.sqlite.pragma('integrity_check(1)', { simple: true });
  if (verdict !== 'ok') throw new LockerError('store_damaged', { detail: 'integrity check' });
}

const TableList = z.array(z.object({ schema: z.string(), name: z.string(), type: z.string() }));
const Count = z.object({ rows: z.int() });

/** Rows of every ordinary table. */
export function countRows(connection: Connection): Map<string, number> {
  const tables = TableList.parse(connection.sqlite.pragma('table_list')).filter(
    ({ schema, name, type }) => schema === 'main' && type === 'table' && !name.startsWith('sqlite_'),
  );
  return new Map(
    tables.map(({ name }) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      return [name, Count.parse(connection.sqlite.prepare(`select count(*) as rows from ${quoted}`).get()).rows];
    }),
  );
}

/** Writes a file's content through to the disk. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename lasting. Windows has no such call for folders, and journals renames itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The folder that holds `file`, synced. */
export async function syncFolderOf(file: string): Promise<void> {
  await syncFolder(dirname(file));
}
