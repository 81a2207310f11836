import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

test('006-search-texts: records keep their keys, texts, bodies and changes, and are found and forgotten as before', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('005-subscriptions');
  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source')`);
  for (const [id, ref] of [
    [1, 30],
    [2, 10],
    [3, 10],
  ]) {
    sqlite.exec(`insert into record (id, datatype, ref, identity, source, published, estimated, mine, kind, summary, body_digest, seq)
      values (${id}, 'social.post', ${ref}, ${id}, 1, 0, 0, 0, 'Note', 'x', 'd', 1)`);
    sqlite.exec(`insert into record_content (id, facets, kinds, search, text, overlay, body)
      values (${id}, 'facet${id}', '0', ${id === 1 ? `'folded'` : 'null'}, 'written${id}', ${id === 2 ? `'{"a":1}'` : 'null'}, '{"b":${id}}')`);
  }
  sqlite.exec('insert into record_search (rowid, text) select id, text from record_search_content');
  await open.migrateTo('006-search-texts');

  expect(sqlite.prepare('select * from record_key').all()).toEqual([
    { level: 2, ref: 10, id: 2 },
    { level: 2, ref: 10, id: 3 },
    { level: 2, ref: 30, id: 1 },
  ]);
  expect(sqlite.prepare('select * from record_text').all()).toEqual([
    { id: 1, kinds: '0', text: 'written1', search: 'folded', facets: 'facet1' },
    { id: 2, kinds: '0', text: 'written2', search: null, facets: 'facet2' },
    { id: 3, kinds: '0', text: 'written3', search: null, facets: 'facet3' },
  ]);
  expect(sqlite.prepare('select * from record_body').all()).toEqual([
    { id: 1, overlay: null, body: '{"b":1}' },
    { id: 2, overlay: '{"a":1}', body: '{"b":2}' },
    { id: 3, overlay: null, body: '{"b":3}' },
  ]);

  const find = sqlite.prepare('select rowid as id from record_search where record_search match ? order by rowid');
  expect(find.all('folded')).toEqual([{ id: 1 }]);
  expect(find.all('written2 AND facet2')).toEqual([{ id: 2 }]);
  sqlite.exec('delete from record_search where rowid = 2');
  sqlite.exec('delete from record where id = 2');
  expect(find.all('written2')).toEqual([]);
  expect(sqlite.prepare('select id from record_text').all()).toEqual([{ id: 1 }, { id: 3 }]);
  expect(sqlite.prepare('select id from record_body').all()).toEqual([{ id: 1 }, { id: 3 }]);
  sqlite.exec(`insert into record_search (record_search, rank) values ('integrity-check', 1)`);
  expect(() => sqlite.exec(`update record_body set body = '{'`)).toThrow('CHECK');
  expect(() => sqlite.exec('update record_key set level = 3')).toThrow('CHECK');
});
