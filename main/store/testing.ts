import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { PlanAnswer, type Plan } from '../../protocol/contract/plan.ts';
import { LockerError } from '../../protocol/errors.ts';
import { openConnection, type Connection } from './connection.ts';
import { answerOf, listedOf } from './gated/answer.ts';
import type { RawAnswer } from './gated/gated-read.ts';
import { readRows, rowsFrame } from './gated/rows-frame.ts';
import { openPlanConnection, type PlanConnection } from './gated/serve-plans.ts';
import type { ServiceReader } from './gated/service-reader.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { serveReader } from './serve-reader.ts';
import { serveWriter } from './serve-writer.ts';
import { openStoreOver, STORE_FILE, type Store, type StoreOptions } from './store.ts';
import type { Link } from './thread.ts';

/** A store for tests, in a folder of its own that goes when it is disposed of. */
export interface TestStore extends Store {
  readonly folder: string;
  readonly file: string;
  readonly key: Uint8Array;
  /** Closes and opens again the same file. */
  reopen(): Promise<TestStore>;
}

/** `openStore`, but that writer and reader share the caller's thread, which saves starting two. */
export async function openStoreHere(options: StoreOptions): Promise<Store> {
  return openStoreOver({ writer: linkTo(serveWriter), reader: linkTo(serveReader) }, options);
}

/**
 * Opens an empty store in a temporary folder: `await using store = await openTestStore()`.
 * Everything is as in the product, except as `openStoreHere` says.
 */
export async function openTestStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'locker-store-'));
  return openIn(folder, randomBytes(32), true);
}

function linkTo(serve: (port: MessagePort) => void): Link {
  const { port1, port2 } = new MessageChannel();
  serve(port1);
  return {
    postMessage(message, transfer = []) {
      port2.postMessage(message, transfer);
    },
    onMessage(listener) {
      port2.on('message', listener);
    },
    onEnd(listener) {
      port2.once('close', () => {
        listener(new LockerError('shutting_down'));
      });
    },
    async terminate() {
      port2.close();
    },
  };
}

async function openIn(folder: string, key: Uint8Array, create: boolean): Promise<TestStore> {
  const file = join(folder, STORE_FILE);
  const store = await openStoreOver(
    { writer: linkTo(serveWriter), reader: linkTo(serveReader) },
    { file, key, create },
  );
  let keepFolder = false;
  return {
    ...store,
    folder,
    file,
    key,
    async reopen() {
      keepFolder = true;
      await store[Symbol.asyncDispose]();
      return openIn(folder, key, false);
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      if (!keepFolder) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Answers plans over a store's file in the caller's thread, instead of a process of its own. */
export function openServiceReaderHere(file: string, key: Uint8Array): ServiceReader {
  let connection: PlanConnection | undefined;
  function ask(plan: Plan): RawAnswer {
    connection ??= openPlanConnection(file, key);
    const raw = connection.answer(plan);
    // As it would cross from another process.
    return raw.kind === 'rows' ? (readRows(rowsFrame(raw)) ?? raw) : raw;
  }
  return {
    read: async (plan) => PlanAnswer.parse(answerOf(ask(plan))),
    list: async (plan) => listedOf(ask(plan)),
    async [Symbol.asyncDispose]() {
      connection?.[Symbol.dispose]();
    },
  };
}

/** A store's file without threads, for tests of migrations and of the connection itself. */
export interface TestFile extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly key: Uint8Array;
  /** The writing connection. */
  readonly connection: Connection;
  /** Applies the migrations up to and including the one of that name; all of them without one. */
  migrateTo(name?: string): Promise<void>;
}

/** Opens an empty file, at no version yet: migrate to N−1, insert rows as they were then, migrate to N, look at them. */
export async function openTestFile(): Promise<TestFile> {
  const folder = await mkdtemp(join(tmpdir(), 'locker-file-'));
  const file = join(folder, STORE_FILE);
  const key = randomBytes(32);
  const connection = openConnection({ file, key, role: 'writer', mustExist: false });
  return {
    folder,
    file,
    key,
    connection,
    async migrateTo(name) {
      const last = name === undefined ? MIGRATIONS.length - 1 : MIGRATIONS.findIndex((one) => one.name === name);
      if (last < 0) throw new Error(`no migration ${name ?? ''}`);
      await migrate(connection, { migrations: MIGRATIONS.slice(0, last + 1) });
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a full check of a closed store's pages, indexes and constraints says: `ok`, or what is wrong. */
export function integrityOf(file: string, key: Uint8Array): unknown {
  const connection = openConnection({ file, key, role: 'probe', mustExist: true });
  try {
    return connection.sqlite.pragma('integrity_check(1)', { simple: true });
  } finally {
    connection.close();
  }
}

/** Makes a closed store look as if a later version of the program had written it. */
export function makeNewer(file: string, key: Uint8Array): void {
  const connection = openConnection({ file, key, role: 'writer', mustExist: true });
  try {
    connection.sqlite.pragma('user_version=999');
  } finally {
    connection.close();
  }
}

/** Throws where the full-text index differs from the texts it was made of; nothing may be writing meanwhile. */
export function checkSearchIndex(file: string, key: Uint8Array): void {
  const connection = openConnection({ file, key, role: 'writer', mustExist: true });
  try {
    connection.sqlite.exec("insert into record_search (record_search, rank) values ('integrity-check', 1)");
  } finally {
    connection.close();
  }
}

/** Number of rows of each table that has any, read past the store's operations. */
export function rowCounts(file: string, key: Uint8Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { table } of allRows(file, key)) counts[table] = (counts[table] ?? 0) + 1;
  return counts;
}

/** Tables with a row that contains the text, the full-text index's own among them. */
export function tablesWith(file: string, key: Uint8Array, text: string): string[] {
  const found = new Set<string>();
  for (const { table, row } of allRows(file, key)) {
    if (row.some((value) => (typeof value === 'string' || Buffer.isBuffer(value)) && value.includes(text)))
      found.add(table);
  }
  return [...found];
}

function allRows(file: string, key: Uint8Array): { table: string; row: readonly unknown[] }[] {
  const connection = openConnection({ file, key, role: 'probe', mustExist: true });
  try {
    const list = connection.rows({
      // What tables are called and made of is no content.
      sql: "select name, type from pragma_table_list where schema = 'main' and name <> 'sqlite_schema'",
      parameters: [],
    });
    const tables = Array.from(list).flatMap(([name, type]) => (type === 'view' ? [] : [String(name)]));
    return tables.flatMap((table) =>
      Array.from(connection.rows({ sql: `select * from "${table}"`, parameters: [] }), (row) => ({ table, row })),
    );
  } finally {
    connection.close();
  }
}

export interface Plaintext {
  readonly file: string;
  readonly needle: string;
}

/**
 * Searches every file below `folder` byte-wise for texts, in UTF-8 and UTF-16: what is found lies on the disk unencrypted.
 * Needles should be at least eight characters long, so that nothing is found by chance.
 */
export async function findPlaintext(folder: string, needles: readonly string[]): Promise<Plaintext[]> {
  const patterns = needles.flatMap((needle) => [
    { needle, bytes: Buffer.from(needle, 'utf8') },
    { needle, bytes: Buffer.from(needle, 'utf16le') },
  ]);
  const overlap = Math.max(0, ...patterns.map(({ bytes }) => bytes.length - 1));
  const found = new Map<string, Plaintext>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    let tail = Buffer.alloc(0);
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
      const window = Buffer.concat([tail, chunk]);
      for (const { needle, bytes } of patterns)
        if (window.includes(bytes)) found.set(`${file}\n${needle}`, { file, needle });
      tail = window.subarray(Math.max(0, window.length - overlap));
    }
  }
  return [...found.values()];
}
