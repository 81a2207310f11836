import type { Sqlite } from './sqlite.ts';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { LockerError } from '../../protocol/errors.ts';
import type { SqlText } from './operation.ts';

/** Statements kept compiled; the oldest unused one goes first. */
const KEPT = 500;

/**
 * How a statement may begin. ATTACH and PRAGMA are left out, so an operation can neither open another file nor undo
 * what the connection set; VACUUM runs through the connection itself.
 */
const ALLOWED =
  /^\s*(select|with|insert|update|delete|replace|begin|commit|rollback|savepoint|release|create|alter|drop|reindex|analyze)\b/i;

/** kysely's view of the connection: the same SQL text is compiled once. */
export interface StatementCache extends SqliteDatabase {
  rows(query: SqlText): Iterable<readonly unknown[]>;
}

export function createStatementCache(sqlite: Sqlite.Database): StatementCache {
  const kept = new Map<string, SqliteStatement>();
  const keptRaw = new Map<string, Sqlite.RawStatement>();
  return {
    prepare: (text) => memoised(kept, text, () => sqlite.prepare(allowed(text))),
    rows: (query) =>
      memoised(keptRaw, query.sql, () => sqlite.prepare(allowed(query.sql)).raw(true)).iterate(...query.parameters),
    close() {
      kept.clear();
      keptRaw.clear();
      sqlite.close();
    },
  };
}

function memoised<T>(kept: Map<string, T>, text: string, make: () => T): T {
  const found = kept.get(text);
  if (found !== undefined) {
    kept.delete(text);
    kept.set(text, found);
    return found;
  }
  const made = make();
  kept.set(text, made);
  if (kept.size > KEPT) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  return made;
}

function allowed(text: string): string {
  if (!ALLOWED.test(text)) throw new LockerError('internal', { detail: 'statement kind' });
  return text;
}
