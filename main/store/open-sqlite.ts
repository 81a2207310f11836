import { LockerError } from '../../protocol/errors.ts';
import { Sqlite, SqliteError } from './sqlite.ts';

/**
 * writer: the one connection that may change what the file holds. All others see snapshots. reader: the owner's screens.
 * service: plans for services, in processes of their own. probe: a short look. checkpointer: copies the log into the file
 * and, being `query_only`, can change nothing. copier: makes backups, and alone of them isn't `query_only`, which forbids
 * VACUUM INTO.
 */
export type Role = 'writer' | 'reader' | 'service' | 'probe' | 'copier' | 'checkpointer';

/** SQLCipher's page size, fixed when the file is made. */
export const PAGE_BYTES = 4096;

/** Page cache per role, in KiB: large enough for the hot indexes of a million records, small enough for a 600 MB budget. */
const CACHE_KIB = {
  writer: 48 * 1024,
  reader: 64 * 1024,
  service: 16 * 1024,
  probe: 2 * 1024,
  copier: 8 * 1024,
  checkpointer: 1024,
} as const satisfies Record<Role, number>;

const BUSY_MS = 5000;
/** The WAL file is cut back to this size when it is reset. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

export interface ConnectionOptions {
  readonly file: string;
  /** 32 bytes; only borrowed, the caller clears it. */
  readonly key: Uint8Array;
  readonly role: Role;
  readonly mustExist: boolean;
}

/** Opens the encrypted file with every pragma set and read back, or throws with nothing changed. */
export function openSqlite({ file, key, role, mustExist }: ConnectionOptions): Sqlite.Database {
  const readonly = role !== 'writer' && role !== 'checkpointer';
  const sqlite = new Sqlite(file, { readonly, fileMustExist: mustExist, timeout: BUSY_MS });
  try {
    applyKey(sqlite, key);
    readFirstPages(sqlite);
    for (const [name, value, expected] of pragmas(role)) setPragma(sqlite, name, value, expected);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Fails where the key is wrong, page 1 or the schema is damaged, or the file ends before its own header says. */
function readFirstPages(sqlite: Sqlite.Database): void {
  try {
    sqlite.pragma('user_version');
  } catch (error) {
    // Page 1 has passed its own check, but asks for more pages than there are.
    if (error instanceof SqliteError && error.code === 'SQLITE_CORRUPT') throw new LockerError('store_truncated');
    throw error;
  }
  sqlite.prepare('select count(*) from sqlite_master').get();
}

function applyKey(sqlite: Sqlite.Database, key: Uint8Array): void {
  if (key.length !== 32) throw new LockerError('internal', { detail: 'key length' });
  setPragma(sqlite, 'cipher', "'sqlcipher'", 'sqlcipher');
  // Raw key in SQLCipher's notation, handed over as bytes: no SQL text and no JavaScript string of it stays behind.
  const text = Buffer.alloc(67);
  text.write("x'", 0, 'latin1');
  for (let i = 0; i < 32; i++) {
    const byte = key[i] ?? 0;
    text[2 + 2 * i] = hexDigit(byte >> 4);
    text[3 + 2 * i] = hexDigit(byte & 15);
  }
  text.write("'", 66, 'latin1');
  try {
    sqlite.key(text);
  } finally {
    text.fill(0);
  }
}

function hexDigit(value: number): number {
  return value < 10 ? 48 + value : 87 + value;
}

type Pragma = readonly [name: string, value: string | number, expected: string | number];

function pragmas(role: Role): Pragma[] {
  const mac = process.platform === 'darwin' ? 1 : 0;
  const list: Pragma[] = [
    ['busy_timeout', BUSY_MS, BUSY_MS],
    ['synchronous', 'FULL', 2],
    ['fullfsync', mac, mac],
    ['checkpoint_fullfsync', mac, mac],
    ['foreign_keys', 1, 1],
    ['trusted_schema', 0, 0],
    ['cell_size_check', 1, 1],
    ['mmap_size', 0, 0],
    ['secure_delete', 1, 1],
    ['temp_store', 'MEMORY', 2],
    ['cache_size', -CACHE_KIB[role], -CACHE_KIB[role]],
  ];
  if (role === 'writer') {
    list.unshift(['journal_mode', 'WAL', 'wal']);
    list.push(['journal_size_limit', WAL_LIMIT_BYTES, WAL_LIMIT_BYTES]);
    // When the log is copied is decided by `checkpoint.ts`.
    list.push(['wal_autocheckpoint', 0, 0]);
  } else if (role !== 'copier') {
    list.push(['query_only', 1, 1]);
  }
  return list;
}

function setPragma(sqlite: Sqlite.Database, name: string, value: string | number, expected: string | number): void {
  sqlite.pragma(`${name}=${value}`);
  const actual = sqlite.pragma(name, { simple: true });
  if (actual !== expected) throw new LockerError('internal', { detail: `pragma ${name}` });
}
