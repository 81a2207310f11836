import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

test('003-feed: what was there before stays; hides go with their record; wrong values are refused', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('002-records');
  sqlite.exec(`insert into setting values ('theme', '"dark"', 5);
    insert into source (id, uri) values (1, 'urn:source');
    insert into record (id, datatype, ref, identity, source, published, estimated, mine, kind, summary, body_digest, seq)
      values (7, 'social.post', 70, 1, 1, 0, 0, 0, 'Note', 'x', 'd', 1)`);
  await open.migrateTo('003-feed');
  expect(sqlite.prepare('select key from setting').all()).toEqual([{ key: 'theme' }]);
  expect(sqlite.prepare('select id from record').all()).toEqual([{ id: 7 }]);

  const hide = sqlite.prepare('insert into feed_hide values (?, ?, 1, 2)');
  hide.run(7, '[]');
  expect(() => hide.run(8, '[]')).toThrow('FOREIGN KEY');
  sqlite.exec('delete from record where id = 7');
  expect(sqlite.prepare('select * from feed_hide').all()).toEqual([]);

  const exception = sqlite.prepare(`insert into feed_exception values (?, 'a.b', ?, 'urn:x', null, 'X', 1)`);
  exception.run('1', 'author');
  expect(() => exception.run('2', 'author')).toThrow('UNIQUE');
  expect(() => exception.run('3', 'word')).toThrow('CHECK');
  expect(() =>
    sqlite.exec(`insert into feed_snapshot values ('f', 1, 2, '', '', '{}', x'', x'', x'', x'', null, null)`),
  ).toThrow('CHECK');
});
