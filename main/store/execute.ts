import { Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { LockerError } from '../../protocol/errors.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { isReadName, isWriteName, READS, WRITES } from './operations.ts';

/** Runs a read operation on one snapshot. */
export async function executeRead(connection: Connection, name: string, input: unknown): Promise<unknown> {
  if (!isReadName(name)) throw new LockerError('internal', { detail: 'unknown read' });
  const { db, rows } = connection;
  if (!isReadonly(db)) throw new LockerError('internal');
  begin(connection, 'begin');
  try {
    return await READS[name].call({ db, rows, now: Date.now }, input);
  } finally {
    // Nothing was written; this ends the snapshot, so that the write-ahead log can be reset.
    rollback(connection);
  }
}

/** Runs a write operation in a transaction of its own. */
export async function executeWrite(connection: Connection, name: string, input: unknown): Promise<unknown> {
  if (!isWriteName(name)) throw new LockerError('internal', { detail: 'unknown write' });
  const { db, rows } = connection;
  begin(connection, 'begin immediate');
  try {
    const output = await WRITES[name].call({ db, rows, now: Date.now }, input);
    connection.statements.prepare('commit').run([]);
    return output;
  } catch (error) {
    rollback(connection);
    throw error;
  }
}

function begin(connection: Connection, text: string): void {
  connection.statements.prepare(text).run([]);
}

/** Some errors (a full disk) end the transaction by themselves. */
function rollback(connection: Connection): void {
  if (connection.sqlite.inTransaction) connection.statements.prepare('rollback').run([]);
}

/** Narrows what an operation may ask; the connection's `query_only` is what holds. */
function isReadonly(db: unknown): db is ReadonlyKysely<Database> {
  return db instanceof Kysely;
}
