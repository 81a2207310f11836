import type { Config } from '../config.ts';
import { backupFolder } from '../backup-schedule.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { readPassphrase } from '../passphrase.ts';
import { restoreLocker } from '../restore.ts';
import { listBackups } from '../../store/index.ts';
import type { Terminal } from '../terminal.ts';

const MEGABYTE = 1_000_000;

function minuteOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

async function list(terminal: Terminal, folder: string): Promise<void> {
  const backups = await listBackups(backupFolder(folder));
  if (backups.length === 0) {
    terminal.say(`There is no backup in ${backupFolder(folder)}.`);
    return;
  }
  for (const { file, made, bytes, label } of backups) {
    const why = label === null ? '' : `  (${label})`;
    terminal.say(`${minuteOf(made)}  ${(bytes / MEGABYTE).toFixed(1).padStart(8)} MB  ${file}${why}`);
  }
  terminal.say('Put one back with: locker restore FILE');
}

/** `locker restore [BACKUP]`: lists the backups, or puts one in the place of the database. */
export async function restoreBackup(
  config: Config,
  terminal: Terminal,
  folder: string,
  backup: string | null,
): Promise<void> {
  if (backup === null) return list(terminal, folder);
  await ensureDataFolder(folder);
  const { keyFile } = config;
  const { replaced, keyFromBackup } = await restoreLocker({
    folder,
    backup,
    platform: terminal.platform,
    unlock: async () =>
      keyFile === null ? { passphrase: await readPassphrase(process.stdin, process.stderr) } : { keyFile },
  });
  terminal.say('Restored: the locker is as it was when that backup was made.');
  if (replaced !== null) terminal.say(`What was there before is kept as ${replaced}`);
  if (keyFromBackup) terminal.say('Its key file came from beside the backup: the passphrase of that time opens it.');
  terminal.say('All contracts with services are paused. Look at each on the Services page before it goes on.');
}
