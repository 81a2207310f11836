import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

test('013-learning: comparisons go with their records; a state has whole numbers of doubles, at most 64 KiB', async () => {
  await using open = await openTestFile();
  await open.migrateTo('011-search-merges');
  const { sqlite } = open.connection;
  const record = (id: number): string =>
    `insert into record (id, datatype, ref, identity, source, published, own_time, estimated, mine, kind, summary, body_digest,
      seq, born) values (${id}, 'social.post', ${id}, 1, 1, 0, 0, 0, 0, 'Note', 'x', 'd', 1, 1)`;
  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source')`);
  for (const id of [1, 2, 3]) sqlite.exec(record(id));
  await open.migrateTo('013-learning');
  expect(sqlite.prepare('select id from record order by id').all()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);

  const compare = sqlite.prepare('insert into feed_comparison (better, worse, at, facts) values (?, ?, 5, ?)');
  compare.run(1, 2, '{}');
  compare.run(3, 1, '{}');
  expect(() => compare.run(1, 1, '{}')).toThrow('CHECK');
  expect(() => compare.run(1, 9, '{}')).toThrow('FOREIGN KEY');
  expect(() => compare.run(1, 2, 'x')).toThrow('CHECK');
  sqlite.exec('delete from record where id = 2');
  expect(sqlite.prepare('select better, worse from feed_comparison').all()).toEqual([{ better: 3, worse: 1 }]);

  const keep = sqlite.prepare(`insert into feed_state values ('m', ?, 'a.b', ?, 1)`);
  keep.run('full', new Uint8Array(65536));
  expect(() => keep.run('odd', new Uint8Array(7))).toThrow('CHECK');
  expect(() => keep.run('more', new Uint8Array(65544))).toThrow('CHECK');
  expect(() => keep.run('full', new Uint8Array(8))).toThrow('UNIQUE');

  const plan = sqlite
    .prepare(
      'explain query plan select author, sum(seen_count) from post_column where acts <> 0 or seen_count > 0 group by author',
    )
    .all();
  expect(JSON.stringify(plan)).toContain('COVERING INDEX post_column_told');
});
