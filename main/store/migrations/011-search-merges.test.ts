import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

test('011-search-merges: what is in the index is found as before, and more of it waits to be merged', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('010-gated');
  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source');
    insert into record (id, datatype, ref, identity, source, published, estimated, mine, kind, summary, body_digest, seq)
      values (1, 'social.post', 1, 1, 1, 0, 0, 0, 'Note', 'x', 'd', 1);
    insert into record_text (id, kinds, text, facets) values (1, '0', 'written', 'facet');
    insert into record_search (rowid, text) select id, text from record_search_content`);
  await open.migrateTo('011-search-merges');
  expect(sqlite.prepare(`select rowid as id from record_search where record_search match 'written'`).all()).toEqual([
    { id: 1 },
  ]);
  const config = sqlite.prepare(`select k, v from record_search_config where k like '%merge' order by k`);
  expect(config.all()).toEqual([
    { k: 'automerge', v: 48 },
    { k: 'crisismerge', v: 96 },
  ]);
});
