import { expect, test } from 'vitest';
import { uriKey } from '../../derive/index.ts';
import { openTestFile } from '../testing.ts';

test('012-as-of-day: what waited to be derived is, under the owner’s changes; the rest is as it was', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('011-search-merges');
  const bob = 'https://bob.example/users/bob';
  const body = JSON.stringify({
    type: 'Note',
    attributedTo: bob,
    language: 'de',
    content: 'later',
    inReplyTo: 'urn:x',
  });
  const overlay = JSON.stringify({ content: 'mine' });
  sqlite.exec(`insert into source (id, uri) values (1, 'urn:source')`);
  const record =
    sqlite.prepare(`insert into record (id, datatype, ref, identity, uri, source, published, estimated, mine,
    author, kind, summary, body_digest, edited, stale, seq) values (?, 'social.post', ?, 1, ?, 1, 0, 0, 0, 5, 'Note', 'x',
    'd', 1, ?, 1)`);
  const text = sqlite.prepare(`insert into record_text (id, kinds, text, facets) values (?, '0', 'before', ?)`);
  const bodies = sqlite.prepare('insert into record_body (id, overlay, body) values (?, ?, ?)');
  const column = sqlite.prepare(`insert into post_column (id, ref, author, thread, reply_to, boost_of, quote_of,
    target_author, source, published, media_count, has_link, chars, language, sensitive, visibility, mine, mentions_me, seen_count, acts, seq)
    values (?, ?, 5, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 'en', 0, 0, 0, 0, 0, 0, 1)`);
  for (const [id, stale] of [
    [1, 1],
    [2, 0],
  ] as const) {
    record.run(id, id, `urn:record:${id}`, stale);
    text.run(id, '\uE000dsocialpost \uE000s1 \uE000a5');
    bodies.run(id, overlay, body);
    column.run(id, id);
  }
  sqlite.exec(`insert into record_search (rowid, text) select id, text from record_search_content`);
  sqlite.exec(`insert into aggregate_day (grant_id, day, seq) values ('g', 1, 1)`);
  await open.migrateTo('012-as-of-day');
  const rows = sqlite
    .prepare(
      `select r.id, r.author, p.author as post_author, p.language, p.reply_to, t.text, t.facets
      from record r join post_column p on p.id = r.id join record_text t on t.id = r.id order by r.id`,
    )
    .all();
  const author = uriKey(bob);
  expect(rows).toEqual([
    {
      id: 1,
      author,
      post_author: author,
      language: 'de',
      reply_to: uriKey('urn:x'),
      text: 'mine',
      facets: `\uE000dsocialpost \uE000s1 \uE000a${author.toString(36)}`,
    },
    {
      id: 2,
      author: 5,
      post_author: 5,
      language: 'en',
      reply_to: 0,
      text: 'before',
      facets: '\uE000dsocialpost \uE000s1 \uE000a5',
    },
  ]);
  const found = sqlite.prepare('select rowid as id from record_search where record_search match ?');
  expect(found.all('mine')).toEqual([{ id: 1 }]);
  expect(found.all('before')).toEqual([{ id: 2 }]);
  expect(sqlite.prepare('select count(*) as days from aggregate_day').get()).toEqual({ days: 0 });
  sqlite.exec(`insert into record_past (datatype, own_time, mine, open, fields, seq, until)
    values ('social.post', 0, 0, 1, '{}', 1, 2)`);
  expect(() => sqlite.exec('select stale from record')).toThrow('no such column');
});
