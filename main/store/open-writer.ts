import { dirname, join } from 'node:path';
import { makeBackup } from './backup.ts';
import { openConnection, type Connection } from './connection.ts';
import { registerFunctions } from './gated/functions.ts';
import { inspectFile } from './inspect-file.ts';
import type { Open } from './messages.ts';
import { migrate } from './migrate.ts';
import { lockStore } from './store-lock.ts';

/** The open file for writing. */
export interface Writer {
  readonly connection: Connection;
  close(): void;
}

/** Takes the lock, looks at the file without changing it, opens it and brings it to the current version. */
export async function openWriter(options: Open): Promise<Writer> {
  const { file, key } = options;
  const unlock = lockStore(file);
  try {
    const exists = inspectFile(options);
    const connection = openConnection({ file, key, role: 'writer', mustExist: exists });
    try {
      registerFunctions(connection.sqlite);
      await migrate(connection, {
        beforeFirst: async (version) => {
          await makeBackup({ file, key, folder: join(dirname(file), 'backups'), label: `version-${String(version)}` });
        },
      });
    } catch (error) {
      connection.close();
      throw error;
    }
    return {
      connection,
      close() {
        connection.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
