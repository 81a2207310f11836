/// <reference path="./sqlite-driver.d.ts" />
import Sqlite from 'better-sqlite3-multiple-ciphers';

/** The driver, imported in this one place. */
export { Sqlite };
export const { SqliteError } = Sqlite;
