import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackupName } from './backup-rotation.ts';

/** A backup as its file says, unopened. */
export interface ListedBackup {
  readonly file: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** Why it was made, where it is not one of the daily ones. */
  readonly label: string | null;
  readonly bytes: number;
}

/** The backups of a folder, newest first; none where there is no such folder. */
export async function listBackups(folder: string): Promise<ListedBackup[]> {
  const listed: ListedBackup[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const read = readBackupName(name);
    const file = join(folder, name);
    const about = read === undefined ? null : await stat(file).catch(() => null);
    if (read !== undefined && about?.isFile() === true) listed.push({ file, ...read, bytes: about.size });
  }
  return listed.sort((a, b) => b.made - a.made);
}
