import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openConnection } from './connection.ts';
import { PAGE_BYTES } from './open-sqlite.ts';
import { openStore, STORE_FILE, type Store } from './index.ts';
import { makeNewer, openStoreHere, openTestFile } from './testing.ts';

const KEYS = 40;
const key = randomBytes(32);
let base: string;
let made: string;
let folder: string;
let file: string;
let runs = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'locker-opening-'));
  made = join(base, 'made');
  await cp(await emptyFolder(), made, { recursive: true });
  await using store = await openStoreHere({ file: join(made, STORE_FILE), key, create: true });
  for (let i = 0; i < KEYS; i++)
    await store.write('settings.set', { key: `key${String(i)}`, value: `${String(i)} `.repeat(1500) });
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});
/** A fresh copy for each test. */
beforeEach(async () => {
  folder = join(base, `run${String(runs++)}`);
  file = join(folder, STORE_FILE);
  await cp(made, folder, { recursive: true });
});

async function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'locker-opening-'));
}

async function contents(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'hex')] as const),
  );
  return Object.fromEntries(files);
}

/** Opens and reads everything; the code of the first error. */
async function codeOfUse(options: { key?: Uint8Array } = {}): Promise<unknown> {
  let store: Store | undefined;
  try {
    store = await openStoreHere({ file, key, ...options });
    for (let i = 0; i < KEYS; i++) {
      const value = await store.read('settings.get', { key: `key${String(i)}` });
      expect(value).toBe(`${String(i)} `.repeat(1500));
    }
    return 'fine';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  } finally {
    await store?.[Symbol.asyncDispose]();
  }
}

describe('a file that cannot be used is left byte for byte as it is', () => {
  test('wrong key', async () => {
    const before = await contents();
    expect(await codeOfUse({ key: randomBytes(32) })).toBe('store_damaged');
    expect(await contents()).toEqual(before);
    expect(await codeOfUse()).toBe('fine');
  });

  test.each([0, 15, 16, 99, 4000, PAGE_BYTES - 1])('flipped bit at byte %i of the first page', async (at) => {
    await flip(at);
    const before = await contents();
    expect(await codeOfUse()).toBe('store_damaged');
    expect(await contents()).toEqual(before);
  });

  test('flipped bit in a page of content', async () => {
    // The last page is the end of some value's overflow.
    await flip((await readFile(file)).length - 50);
    const before = await contents();
    expect(await codeOfUse()).toBe('store_damaged');
    expect(await contents()).toEqual(before);
  });

  test.each([1, 100, PAGE_BYTES, PAGE_BYTES * 3, PAGE_BYTES * 3 + 7, -PAGE_BYTES, -1])(
    'cut to %i bytes',
    async (length) => {
      await truncate(file, length > 0 ? length : (await readFile(file)).length + length);
      const before = await contents();
      expect(await codeOfUse()).toBe('store_truncated');
      expect(await contents()).toEqual(before);
    },
  );

  test('empty or gone, where a locker was', async () => {
    await truncate(file, 0);
    expect(await codeOfUse()).toBe('store_truncated');
    await rm(file);
    expect(await codeOfUse()).toBe('store_missing');
    expect(await readdir(folder)).toEqual(['locker.db.lock']);
  });

  test('of a newer version', async () => {
    makeNewer(file, key);
    const before = await contents();
    expect(await codeOfUse()).toBe('store_newer');
    expect(await contents()).toEqual(before);
  });

  test('not a store at all', async () => {
    await writeFile(file, randomBytes(PAGE_BYTES * 2));
    const before = await contents();
    expect(await codeOfUse()).toBe('store_damaged');
    expect(await contents()).toEqual(before);
  });
});

test('every flipped bit is noticed by a full read', async () => {
  const whole = await readFile(file);
  const rounds = process.env['SOAK'] === '1' ? 2000 : 60;
  for (let i = 0; i < rounds; i++) {
    const at = Math.floor((i / rounds) * whole.length);
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
    await writeFile(file, bytes);
    expect(fullRead(), `byte ${String(at)}`).not.toBe('ok');
  }
  await writeFile(file, whole);
  expect(fullRead()).toBe('ok');
});

/** What an integrity check of all pages says. */
function fullRead(): unknown {
  try {
    const connection = openConnection({ file, key, role: 'probe', mustExist: true });
    try {
      return connection.sqlite.pragma('integrity_check', { simple: true });
    } finally {
      connection.close();
    }
  } catch (error) {
    return error;
  }
}

async function flip(at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

test('a second writer is refused until the first has closed', async () => {
  const first = await openStore({ file, key });
  await expect(openStore({ file, key })).rejects.toMatchObject({ code: 'store_busy' });
  await first.write('settings.set', { key: 'still', value: 'works' });
  await first[Symbol.asyncDispose]();
  await using second = await openStore({ file, key });
  expect(await second.read('settings.get', { key: 'still' })).toBe('works');
});

test('making a store that was cut short at the start is taken up again', async () => {
  await truncate(file, 0);
  await using store = await openStoreHere({ file, key, create: true });
  expect(await store.read('settings.get', { key: 'key1' })).toBeNull();
});

test('a connection has every setting that it should', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  const read = Object.fromEntries(
    ['cipher', 'journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'cell_size_check', 'mmap_size'].map(
      (name) => [name, sqlite.pragma(name, { simple: true })],
    ),
  );
  expect(read).toEqual({
    cipher: 'sqlcipher',
    journal_mode: 'wal',
    synchronous: 2,
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
    mmap_size: 0,
  });
  expect(sqlite.pragma('secure_delete', { simple: true })).toBe(1);
  expect(sqlite.pragma('temp_store', { simple: true })).toBe(2);
  expect(sqlite.pragma('busy_timeout', { simple: true })).toBe(5000);
});

test('an operation can neither attach, nor set pragmas, nor load code, nor write through a reader', async () => {
  await using open = await openTestFile();
  await open.migrateTo('001-init');
  const { statements } = open.connection;
  for (const text of ["attach 'x' as x", ' \n PRAGMA secure_delete=0', "vacuum into 'x'", "/* */ attach 'x' as x"])
    expect(() => statements.prepare(text)).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(() => statements.prepare("select load_extension('x')").all([])).toThrow('not authorized');
  expect(() => statements.prepare('select 1; attach ? as x')).toThrow('more than one statement');
  const reader = openConnection({ file: open.file, key: open.key, role: 'reader', mustExist: true });
  expect(() => reader.statements.prepare("insert into setting values ('a', '1', 1)").run([])).toThrow('readonly');
  reader.close();
});
