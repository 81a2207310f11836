// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- whoever compiles this file needs it, and it is no module to import
/// <reference path="./sqlite-driver.d.ts" />
import Sqlite from 'better-sqlite3-multiple-ciphers';

/** The driver, imported in this one place. */
export { Sqlite };
export const { SqliteError } = Sqlite;
