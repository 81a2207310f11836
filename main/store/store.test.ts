import { expect, test } from 'vitest';
import { connectWriter } from './index.ts';
import { openTestStore } from './testing.ts';

test('what was written is read, also after reopening', async () => {
  await using store = await openTestStore();
  await store.write('settings.set', { key: 'theme', value: { name: 'dark' } });
  expect(await store.read('settings.get', { key: 'theme' })).toEqual({ name: 'dark' });
  await using again = await store.reopen();
  expect(await again.read('settings.get', { key: 'theme' })).toEqual({ name: 'dark' });
  await again.write('settings.set', { key: 'theme', value: null });
  expect(await again.read('settings.get', { key: 'theme' })).toBeNull();
});

test('tells what it runs on', async () => {
  await using store = await openTestStore();
  expect((await store.read('store.about', {})).sqlite).toMatch(/^3\.\d+\.\d+$/);
});

test('an importer writes through its own port', async () => {
  await using store = await openTestStore();
  const writer = connectWriter(store.importPort());
  await Promise.all(Array.from({ length: 20 }, (_, i) => writer.write('settings.set', { key: `k${i}`, value: i })));
  expect(await store.read('settings.get', { key: 'k19' })).toBe(19);
  expect(writer.lastMs).toBeGreaterThan(0);
  writer.close();
});

test('an importer is told when others write too, and only then', async () => {
  await using store = await openTestStore();
  const writer = connectWriter(store.importPort());
  await writer.write('settings.set', { key: 'import', value: 1 });
  expect(writer.isShared).toBe(false);
  for (let i = 0; i < 5; i++) await store.write('settings.set', { key: 'theme', value: i });
  await writer.write('settings.set', { key: 'import', value: 2 });
  expect(writer.isShared).toBe(false);
  await store.write('settings.set', { key: 'theme', value: 'dark' });
  await writer.write('settings.set', { key: 'import', value: 3 });
  expect(writer.isShared).toBe(true);
  writer.close();
});

test('a closed store refuses calls', async () => {
  const store = await openTestStore();
  await store[Symbol.asyncDispose]();
  await expect(store.read('settings.get', { key: 'k' })).rejects.toMatchObject({ code: 'shutting_down' });
});
