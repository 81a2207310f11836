import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../store/index.ts';
import { KEY_FILE } from '../vault/index.ts';
import type { Log } from './log.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Between looks at whether a backup is due. */
const LOOK_MS = 60 * 60_000;
/** After opening, the owner's own requests come first. */
const FIRST_LOOK_MS = 10 * 60_000;

export interface BackupScheduleOptions {
  readonly store: Pick<Store, 'backup'>;
  readonly dataFolder: string;
  readonly log: Log;
  readonly now: () => number;
  readonly setTimer: (milliseconds: number, action: () => void) => { cancel(): void };
}

export function backupFolder(dataFolder: string): string {
  return join(dataFolder, 'backups');
}

async function newestBackup(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const times = names
    .filter((name) => name.endsWith('.db'))
    .map(async (name) => (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0);
  return Math.max(0, ...(await Promise.all(times)));
}

/** Backs up once a day while the locker is open, with a copy of the key file: without it a backup opens for nobody. */
export function scheduleBackups(options: BackupScheduleOptions): AsyncDisposable {
  const { store, dataFolder, log, now } = options;
  const folder = backupFolder(dataFolder);
  let working: Promise<void> = Promise.resolve();
  let ended = false;
  let timer = options.setTimer(FIRST_LOOK_MS, look);

  async function backUp(): Promise<void> {
    if (now() - (await newestBackup(folder)) < DAY_MS) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await copyFile(join(dataFolder, KEY_FILE), join(folder, KEY_FILE));
    await store.backup(folder);
    log.note('backup done');
  }

  function look(): void {
    working = backUp()
      .catch((error: unknown) => log.fault(error))
      .finally(() => {
        if (!ended) timer = options.setTimer(LOOK_MS, look);
      });
  }

  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      timer.cancel();
      await working;
    },
  };
}
