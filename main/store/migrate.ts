import { Kysely, SqliteDialect } from 'kysely';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import type { Connection } from './connection.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

/** The number of migrations that the file has been through. */
export function storeVersion(connection: Connection): number {
  return z.int().parse(connection.sqlite.pragma('user_version', { simple: true }));
}

export interface MigrateOptions {
  readonly migrations?: readonly Migration[];
  /** Called before the first change to a store that holds data. */
  readonly beforeFirst?: (version: number) => Promise<void>;
}

/** Brings the file to the current version, one transaction per migration. Throws `store_newer` before any change. */
export async function migrate(
  connection: Connection,
  { migrations = MIGRATIONS, beforeFirst }: MigrateOptions,
): Promise<void> {
  const version = storeVersion(connection);
  if (version > migrations.length) throw new LockerError('store_newer');
  if (version === migrations.length) return;
  if (version > 0) await beforeFirst?.(version);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection.statements }) });
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    connection.sqlite.exec('begin immediate');
    try {
      await migration.up(db);
      connection.sqlite.pragma(`user_version=${String(index + 1)}`);
      connection.sqlite.exec('commit');
    } catch (error) {
      if (connection.sqlite.inTransaction) connection.sqlite.exec('rollback');
      throw error;
    }
  }
}
