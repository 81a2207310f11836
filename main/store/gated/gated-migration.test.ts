import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';

const NO_TIME = Number.MIN_SAFE_INTEGER;

test('010-gated: records keep their own time and the change they came with; what left is listed from now on', async () => {
  await using open = await openTestFile();
  await open.migrateTo('009-oauth');
  const { sqlite } = open.connection;
  const record = (id: number, estimated: number, text: string | null, seq: number): string =>
    `insert into record (id, datatype, ref, identity, source, published, published_text, estimated, mine, kind, summary,
      body_digest, seq) values (${id}, 'social.post', ${id}, 1, 1, ${id * 1000}, ${text === null ? 'null' : `'${text}'`},
      ${estimated}, 0, 'Note', 'x', 'd', ${seq})`;
  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source')`);
  for (const text of [record(1, 0, '1970', 11), record(2, 1, '1970', 12), record(3, 1, null, 13)]) sqlite.exec(text);
  sqlite.exec(`update counter set value = 13 where name = 'seq'`);
  await open.migrateTo('010-gated');
  expect(sqlite.prepare('select id, own_time, born from record order by id').all()).toEqual([
    { id: 1, own_time: 1000, born: 11 },
    { id: 2, own_time: 2000, born: 12 },
    { id: 3, own_time: NO_TIME, born: 13 },
  ]);
  // What left before is not listed.
  expect(sqlite.prepare(`select value from counter where name = 'removed_record_floor'`).all()).toEqual([
    { value: 13 },
  ]);
  sqlite.exec(`insert into removed_record values (14, 'social.post', 1, 1, 5)`);
  expect(() => sqlite.exec(`insert into removed_record values (14, 'social.post', 2, 1, 5)`)).toThrow('UNIQUE');
});
