import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

const RECORD = `insert into record (id, datatype, ref, identity, source, published, estimated, mine, kind, summary, body_digest, seq)
  values (?, 'social.post', ?, ?, 1, 0, 0, 0, 'Note', 'x', 'd', 1)`;
const CONTENT = `insert into record_content (id, facets, kinds, search, text, body) values (?, 'f', '0', ?, ?, '{}')`;

test('002-records: what was there before stays, and records can be kept', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('001-init');
  sqlite.exec(`insert into setting values ('theme', '"dark"', 5)`);
  await open.migrateTo('002-records');
  expect(sqlite.prepare('select key, value from setting').all()).toEqual([{ key: 'theme', value: '"dark"' }]);
  expect(sqlite.prepare('select * from counter order by name').all()).toEqual([
    { name: 'index_debt', value: 0 },
    { name: 'removed_floor', value: 0 },
    { name: 'seq', value: 0 },
  ]);

  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source')`);
  sqlite.prepare(RECORD).run(1, 10, 20);
  sqlite.prepare(CONTENT).run(1, 'bigrams', 'as written');
  expect(() => sqlite.prepare(RECORD).run(2, 10, 20)).toThrow('UNIQUE');
  expect(() => sqlite.prepare(RECORD).run('one', 11, 20)).toThrow(/datatype mismatch|cannot store/);
  expect(() => sqlite.exec('update record set mine = 2')).toThrow('CHECK');
  expect(() => sqlite.exec(`update record_content set body = '{'`)).toThrow('CHECK');
  expect(() => sqlite.exec('delete from source')).toThrow('FOREIGN KEY');
});

test('002-records: the index reads the folded text with its facets, and forgets what is deleted', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('002-records');
  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source')`);
  for (const id of [1, 2]) {
    sqlite.prepare(RECORD).run(id, id, id);
    sqlite.prepare(CONTENT).run(id, id === 1 ? 'folded' : null, `written${id}`);
  }
  sqlite.exec('insert into record_search (rowid, text) select id, text from record_search_content');
  const find = sqlite.prepare('select rowid as id from record_search where record_search match ? order by rowid desc');
  expect(find.all('folded')).toEqual([{ id: 1 }]);
  expect(find.all('written2 AND f')).toEqual([{ id: 2 }]);
  expect(find.all('f')).toEqual([{ id: 2 }, { id: 1 }]);
  sqlite.exec('delete from record_search where rowid = 1');
  sqlite.exec('delete from record where id = 1');
  expect(sqlite.prepare('select id from record_content').all()).toEqual([{ id: 2 }]);
  const blocks = sqlite.prepare('select block from record_search_data').all() as { block: Buffer }[];
  expect(blocks.some(({ block }) => block.includes('folded'))).toBe(false);
  expect(blocks.some(({ block }) => block.includes('written2'))).toBe(true);
  sqlite.exec(`insert into record_search (record_search, rank) values ('integrity-check', 1)`);
});
