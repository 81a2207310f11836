import { Kysely, SqliteDialect } from 'kysely';
import type { Database } from './database.ts';
import { openSqlite, type ConnectionOptions } from './open-sqlite.ts';
import type { SqlText } from './operation.ts';
import type { Sqlite } from './sqlite.ts';
import { createStatementCache, type StatementCache } from './statement-cache.ts';

/** An open file as kysely sees it. */
export interface Connection {
  readonly sqlite: Sqlite.Database;
  readonly db: Kysely<Database>;
  readonly statements: StatementCache;
  readonly rows: (query: SqlText) => Iterable<readonly unknown[]>;
  close(): void;
}

/** Opens the encrypted file for queries; throws with nothing changed. */
export function openConnection(options: ConnectionOptions): Connection {
  const sqlite = openSqlite(options);
  const statements = createStatementCache(sqlite);
  return {
    sqlite,
    statements,
    db: new Kysely<Database>({ dialect: new SqliteDialect({ database: statements }) }),
    rows: (query) => statements.rows(query),
    close: () => statements.close(),
  };
}
