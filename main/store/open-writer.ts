import { openConnection, type Connection } from './connection.ts';
import type { Open } from './messages.ts';
import { migrate } from './migrate.ts';

/** The open file for writing. */
export interface Writer {
  readonly connection: Connection;
  /** Copies the write-ahead log into the file when it has grown, earlier when nothing waits. */
  checkpointIfDue(idle: boolean): void;
  close(): void;
}

export async function openWriter({ file, key, create }: Open): Promise<Writer> {
  const connection = openConnection({ file, key, role: 'writer', mustExist: !create });
  try {
    await migrate(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    connection,
    checkpointIfDue() {},
    close() {
      connection.close();
    },
  };
}
