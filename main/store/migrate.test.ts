import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openConnection } from './connection.ts';
import { migrate, storeVersion } from './migrate.ts';
import type { Migration } from './migrations/index.ts';
import { openStoreHere, openTestFile } from './testing.ts';

const first: Migration = {
  name: '001',
  async up(db) {
    await sql`create table one (x integer) strict`.execute(db);
  },
};
const failing: Migration = {
  name: '002',
  async up(db) {
    await sql`insert into one values (2)`.execute(db);
    await sql`create table two (x integer) strict`.execute(db);
    await sql`insert into nowhere values (1)`.execute(db);
  },
};

test('001-init: settings are kept as JSON by key', async () => {
  await using open = await openTestFile();
  await open.migrateTo('001-init');
  const { sqlite } = open.connection;
  sqlite.exec(`insert into setting values ('a', '{"b":1}', 5)`);
  expect(sqlite.prepare('select * from setting').all()).toEqual([{ key: 'a', value: '{"b":1}', changed: 5 }]);
  expect(() => sqlite.exec(`insert into setting values ('b', 'not json', 5)`)).toThrow('CHECK');
  expect(() => sqlite.exec(`insert into setting values ('c', '1', 'text')`)).toThrow('cannot store TEXT');
});

test('a migration that fails leaves the version and the rows before it', async () => {
  await using open = await openTestFile();
  await expect(migrate(open.connection, { migrations: [first, failing] })).rejects.toThrow('nowhere');
  expect(storeVersion(open.connection)).toBe(1);
  expect(open.connection.sqlite.prepare('select count(*) as rows from one').get()).toEqual({ rows: 0 });
  expect(open.connection.sqlite.inTransaction).toBe(false);
});

test('a store that holds data is saved before its first change, a new one is not', async () => {
  await using open = await openTestFile();
  const saved: number[] = [];
  const beforeFirst = async (version: number): Promise<void> => {
    saved.push(version);
  };
  await migrate(open.connection, { migrations: [first], beforeFirst });
  await migrate(open.connection, { migrations: [first], beforeFirst });
  expect(saved).toEqual([]);
  const second: Migration = { name: '002', up: async () => {} };
  await migrate(open.connection, { migrations: [first, second], beforeFirst });
  expect(saved).toEqual([1]);
});

test('a newer store is refused before anything is done', async () => {
  await using open = await openTestFile();
  await migrate(open.connection, { migrations: [first, { name: '002', up: async () => {} }] });
  await expect(migrate(open.connection, { migrations: [first] })).rejects.toMatchObject({ code: 'store_newer' });
  expect(storeVersion(open.connection)).toBe(2);
});

test('opening an older store leaves an encrypted backup of it', async () => {
  await using old = await openTestFile();
  await old.migrateTo('001-init');
  old.connection.sqlite.exec(`insert into setting values ('kept', '"yes"', 1)`);
  old.connection.close();
  await using store = await openStoreHere({ file: old.file, key: old.key });
  expect(await store.read('settings.get', { key: 'kept' })).toBe('yes');
  const [name] = await readdir(join(old.folder, 'backups'));
  expect(name).toMatch(/^locker-version-1-.*\.db$/);
  const backup = openConnection({
    file: join(old.folder, 'backups', name ?? ''),
    key: old.key,
    role: 'probe',
    mustExist: true,
  });
  expect(storeVersion(backup)).toBe(1);
  expect(backup.sqlite.prepare('select value from setting').get()).toEqual({ value: '"yes"' });
  backup.close();
});
