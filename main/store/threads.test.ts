import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectWriter, openStore, STORE_FILE } from './index.ts';

/** What only shows with the real threads. */
const key = randomBytes(32);
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-threads-'));
  file = join(folder, STORE_FILE);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a large import is folded into the file while it runs, and closing leaves nothing but the file', async () => {
  const store = await openStore({ file, key, create: true });
  const writer = connectWriter(store.importPort());
  const value = 'x'.repeat(250_000);
  // 50 MB, of which the log is to keep less than its 32 MB.
  await Promise.all(Array.from({ length: 200 }, (_, i) => writer.write('settings.set', { key: `k${i}`, value })));
  await vi.waitFor(async () => expect((await stat(file)).size).toBeGreaterThan(25_000_000), { timeout: 20_000 });
  expect(await store.read('settings.get', { key: 'k199' })).toBe(value);
  await store[Symbol.asyncDispose]();
  expect((await readdir(folder)).sort()).toEqual(['locker.db', 'locker.db.lock']);
});

test('a foreground write is not kept waiting by what an import has queued', async () => {
  await using store = await openStore({ file, key, create: true });
  const writer = connectWriter(store.importPort());
  const done: string[] = [];
  const imports = Array.from({ length: 60 }, async (_, i) => {
    await writer.write('settings.set', { key: `k${i}`, value: 'x'.repeat(100_000) });
    done.push('import');
  });
  await store.write('settings.set', { key: 'like', value: true });
  done.push('foreground');
  await Promise.all(imports);
  expect(done.indexOf('foreground')).toBeLessThan(30);
});

test('closing runs what is queued', async () => {
  {
    await using store = await openStore({ file, key, create: true });
    for (let i = 0; i < 50; i++) void store.write('settings.set', { key: `k${i}`, value: i }, { priority: 'import' });
  }
  await using again = await openStore({ file, key });
  expect(await again.read('settings.get', { key: 'k49' })).toBe(49);
});
