/** The part of the driver that the store uses; the package's own declarations aren't reachable through its `exports`. */
declare module 'better-sqlite3-multiple-ciphers' {
  namespace Sqlite {
    interface RunResult {
      changes: number | bigint;
      lastInsertRowid: number | bigint;
    }

    interface Statement {
      readonly reader: boolean;
      run(...parameters: readonly unknown[]): RunResult;
      get(...parameters: readonly unknown[]): unknown;
      all(...parameters: readonly unknown[]): unknown[];
      iterate(...parameters: readonly unknown[]): IterableIterator<unknown>;
    }

    interface RawStatement {
      iterate(...parameters: readonly unknown[]): IterableIterator<readonly unknown[]>;
    }

    interface Options {
      readonly?: boolean;
      fileMustExist?: boolean;
      timeout?: number;
    }

    interface Database {
      readonly open: boolean;
      readonly inTransaction: boolean;
      prepare(sql: string): Statement & { raw(on: true): RawStatement };
      exec(sql: string): this;
      key(key: Buffer): number;
      function(
        name: string,
        options: { deterministic?: boolean; directOnly?: boolean; varargs?: boolean },
        call: (...values: readonly unknown[]) => string | number | null,
      ): this;
      pragma(text: string, options?: { simple?: boolean }): unknown;
      close(): this;
    }
  }

  interface SqliteErrorClass {
    new (message: string, code: string): Error & { readonly code: string };
  }

  const Sqlite: {
    new (file: string, options?: Sqlite.Options): Sqlite.Database;
    readonly SqliteError: SqliteErrorClass;
  };
  export = Sqlite;
}
