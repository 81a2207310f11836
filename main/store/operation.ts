import type { z } from 'zod';
import type { Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Database } from './database.ts';

/** A query that was compiled by kysely, or its text and parameters. */
export interface SqlText {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a read operation is handed: one consistent snapshot of the store, for as long as the operation runs. */
export interface Reader {
  readonly db: ReadonlyKysely<Database>;
  /** Rows as arrays of column values, one at a time: for reads of many thousand rows. Run no other query meanwhile. */
  readonly rows: (query: SqlText) => Iterable<readonly unknown[]>;
  readonly now: () => number;
}

/** What a write operation is handed: a connection inside its own transaction. */
export interface Transactor {
  readonly db: Kysely<Database>;
  /** Rows as arrays of column values, one at a time: for reads of many thousand rows. Run no other query meanwhile. */
  readonly rows: (query: SqlText) => Iterable<readonly unknown[]>;
  readonly now: () => number;
}

/** A named unit of work that runs in the thread of the connection; `call` parses its input first. */
export interface ReadOperation<S extends z.ZodType, O> {
  readonly input: S;
  readonly call: (reader: Reader, input: unknown) => Promise<O>;
}

/** As {@link ReadOperation}; one write operation is one transaction: all of it is stored, or none. */
export interface WriteOperation<S extends z.ZodType, O> {
  readonly input: S;
  readonly call: (transactor: Transactor, input: unknown) => Promise<O>;
}

/**
 * A read operation. Inside, await nothing but `reader.db`: other reads wait for it.
 * Large buffers in the output are moved to the caller, so never keep one that was returned.
 */
export function readOperation<S extends z.ZodType, O>(
  input: S,
  run: (reader: Reader, input: z.output<S>) => Promise<O>,
): ReadOperation<S, O> {
  return { input, call: async (reader, raw) => run(reader, input.parse(raw)) };
}

/** A write operation. Inside, await nothing but `transactor.db`: all other writes wait for it. */
export function writeOperation<S extends z.ZodType, O>(
  input: S,
  run: (transactor: Transactor, input: z.output<S>) => Promise<O>,
): WriteOperation<S, O> {
  return { input, call: async (transactor, raw) => run(transactor, input.parse(raw)) };
}
