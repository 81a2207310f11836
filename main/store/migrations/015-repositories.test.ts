import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

test('015-repositories: what was installed stays, origins and metadata go with what they belong to', async () => {
  await using open = await openTestFile();
  await open.migrateTo('014-labels');
  const { sqlite } = open.connection;
  const hash = 'a'.repeat(64);
  sqlite.exec(`insert into installed_algorithm values ('org.a', '1.0.0', '${hash}', 'hardened', '{}', 7, null)`);
  await open.migrateTo('015-repositories');
  expect(sqlite.prepare('select id from installed_algorithm').all()).toEqual([{ id: 'org.a' }]);
  const add = (id: string, place: string): string =>
    `insert into repository values ('${id}', 'R', 'folder', '${place}', '${hash}', 7, null, null, 0)`;
  sqlite.exec(add('r', '/a'));
  expect(() => sqlite.exec(add('s', '/a'))).toThrow('UNIQUE');
  sqlite.exec(`insert into repository_metadata values ('r', 'root', x'00')`);
  expect(() => sqlite.exec(`insert into repository_metadata values ('s', 'root', x'00')`)).toThrow('FOREIGN KEY');
  sqlite.exec(`insert into algorithm_origin values ('org.a', 'r')`);
  sqlite.exec(`insert into revocation values ('r', '${hash}', '{}', 7)`);
  sqlite.exec(`delete from repository`);
  expect(sqlite.prepare('select count(*) n from repository_metadata').get()).toEqual({ n: 0 });
  expect(sqlite.prepare('select count(*) n from revocation').get()).toEqual({ n: 0 });
  expect(sqlite.prepare('select repository from algorithm_origin').all()).toEqual([{ repository: 'r' }]);
  sqlite.exec(`delete from installed_algorithm`);
  expect(sqlite.prepare('select count(*) n from algorithm_origin').get()).toEqual({ n: 0 });
});
