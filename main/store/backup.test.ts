import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restoreStore, STORE_FILE } from './index.ts';
import { findPlaintext, openStoreHere } from './testing.ts';

const NEEDLE = 'the heron stood in the cold river';
const key = randomBytes(32);
let folder: string;
let file: string;
let backups: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-backup-'));
  file = join(folder, STORE_FILE);
  backups = join(folder, 'backups');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A closed store with a few settings, and a backup of it, after which `k3` was changed. */
async function backedUp(): Promise<string> {
  await using store = await openStoreHere({ file, key, create: true });
  for (let i = 0; i < 20; i++) await store.write('settings.set', { key: `k${String(i)}`, value: i });
  const made = await store.backup(backups);
  await store.write('settings.set', { key: 'k3', value: 'changed' });
  return made.file;
}

test('no plaintext lies in the file, its log, or a backup', async () => {
  await using store = await openStoreHere({ file, key, create: true });
  await store.write('settings.set', { key: 'diary', value: NEEDLE });
  await store.backup(backups);
  expect((await readdir(folder)).sort()).toEqual([
    'backups',
    'locker.db',
    'locker.db-shm',
    'locker.db-wal',
    'locker.db.lock',
  ]);
  const secrets = [NEEDLE, 'create table setting', key.toString('hex'), key.toString('latin1')];
  expect(await findPlaintext(folder, secrets)).toEqual([]);
  // The search does find what is there, also across the border of two chunks.
  const leak = join(folder, 'leak.log');
  await writeFile(leak, Buffer.concat([Buffer.alloc(1024 * 1024 - 10), Buffer.from(NEEDLE)]));
  expect(await findPlaintext(folder, [NEEDLE])).toEqual([{ file: leak, needle: NEEDLE }]);
});

test('a backup made during work is one moment of it', async () => {
  await using store = await openStoreHere({ file, key, create: true });
  const write = (i: number): Promise<void> => store.write('settings.set', { key: `k${String(i)}`, value: i });
  await write(0);
  const [made] = await Promise.all([store.backup(backups), ...Array.from({ length: 200 }, (_, i) => write(i + 1))]);
  await using copy = await openStoreHere({ file: made.file, key });
  let present = 0;
  while ((await copy.read('settings.get', { key: `k${String(present)}` })) !== null) present++;
  for (let i = present; i <= 200; i++) expect(await copy.read('settings.get', { key: `k${String(i)}` })).toBeNull();
  expect(present).toBeGreaterThan(0);
});

test('a restored backup holds what was there, and the store before is kept aside', async () => {
  const backup = await backedUp();
  const { replaced } = await restoreStore({ backup, file, key });
  {
    await using store = await openStoreHere({ file, key });
    expect(await store.read('settings.get', { key: 'k3' })).toBe(3);
  }
  expect(replaced).not.toBeNull();
  await using before = await openStoreHere({ file: replaced ?? '', key });
  expect(await before.read('settings.get', { key: 'k3' })).toBe('changed');
});

test('a damaged, cut, foreign or missing backup replaces nothing', async () => {
  const backup = await backedUp();
  const whole = await readFile(backup);
  const before = await readFile(file);
  const flipped = Buffer.from(whole);
  flipped[whole.length - 9] = (flipped[whole.length - 9] ?? 0) ^ 4;
  await writeFile(backup, flipped);
  await expect(restoreStore({ backup, file, key })).rejects.toMatchObject({ code: 'store_damaged' });
  await writeFile(backup, whole);
  await expect(restoreStore({ backup, file, key: randomBytes(32) })).rejects.toMatchObject({ code: 'store_damaged' });
  await truncate(backup, 4096 * 2);
  await expect(restoreStore({ backup, file, key })).rejects.toMatchObject({ code: 'store_truncated' });
  await rm(backup);
  await expect(restoreStore({ backup, file, key })).rejects.toMatchObject({ code: 'store_missing' });
  expect(await readFile(file)).toEqual(before);
  expect((await readdir(folder)).sort()).toEqual(['backups', 'locker.db', 'locker.db.lock']);
});

test('an open store is not replaced', async () => {
  const backup = await backedUp();
  await using store = await openStoreHere({ file, key });
  await expect(restoreStore({ backup, file, key })).rejects.toMatchObject({ code: 'store_busy' });
  expect(await store.read('settings.get', { key: 'k3' })).toBe('changed');
});
