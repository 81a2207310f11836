import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

test('004-market: installed algorithms are kept by id, each with its hash and tier', async () => {
  await using open = await openTestFile();
  await open.migrateTo('003-feed');
  const { sqlite } = open.connection;
  sqlite.exec(`insert into setting values ('a', '1', 5)`);
  await open.migrateTo('004-market');
  expect(sqlite.prepare('select key from setting').all()).toEqual([{ key: 'a' }]);
  const row = (id: string, hash: string, tier: string): string =>
    `insert into installed_algorithm values ('${id}', '1.0.0', '${hash}', '${tier}', '{}', 7, null)`;
  sqlite.exec(row('org.a', 'a'.repeat(64), 'fast'));
  expect(() => sqlite.exec(row('org.a', 'b'.repeat(64), 'fast'))).toThrow('UNIQUE');
  expect(() => sqlite.exec(row('org.b', 'short', 'fast'))).toThrow('CHECK');
  expect(() => sqlite.exec(row('org.c', 'c'.repeat(64), 'turbo'))).toThrow('CHECK');
});
