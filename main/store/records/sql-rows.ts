import { CompiledQuery, sql, type AliasedRawBuilder, type Kysely, type RawBuilder } from 'kysely';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { Database } from '../database.ts';

export type SqlValue = string | number | Uint8Array | null;

/** Rows per statement: few distinct texts, so that each is compiled once. */
const CHUNKS = [64, 16, 4, 1] as const;

/** Inserts rows by as few statements as fit; `tail` is an ON CONFLICT clause. */
export async function insertRows(
  db: Kysely<Database>,
  into: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
  tail = '',
): Promise<void> {
  const group = `(${columns.map(() => '?').join(', ')})`;
  let from = 0;
  for (const chunk of CHUNKS) {
    while (rows.length - from >= chunk) {
      const text = `${into} (${columns.join(', ')}) values ${Array.from({ length: chunk }, () => group).join(', ')} ${tail}`;
      await db.executeQuery(CompiledQuery.raw(text, rows.slice(from, from + chunk).flat()));
      from += chunk;
    }
  }
}

/** `on conflict (key) do update` of the other columns. */
export function replacing(key: string, columns: readonly string[]): string {
  const sets = columns.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`);
  return `on conflict (${key}) do update set ${sets.join(', ')}`;
}

/** A list of numbers as one parameter, for `in`. */
export function among(values: Iterable<number>): RawBuilder<number> {
  return sql<number>`(select value from json_each(${JSON.stringify([...values])}))`;
}

/** A list of texts as one parameter, for `in`. */
export function amongTexts(values: Iterable<string>): RawBuilder<string> {
  return sql<string>`(select value from json_each(${JSON.stringify([...values])}))`;
}

export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/**
 * The URI of a record's source, looked up per row. As a join, SQLite would sometimes begin with the sources, of which
 * there are few, and go through all records of each.
 */
export function sourceUri(): AliasedRawBuilder<string, 'source'> {
  return sql<string>`(select uri from source where source.id = record.source)`.as('source');
}

/**
 * That a record found by another index is of this kind. `+` keeps the index on datatypes out of it: without statistics
 * SQLite takes that for the better one, and goes through all posts.
 */
export function isDatatype(datatype: AnyDatatype): RawBuilder<boolean> {
  return sql<boolean>`+record.datatype = ${datatype}`;
}
