import { describe, expect, test } from 'vitest';
import { OWNER_ACTOR } from '../../../protocol/record.ts';
import { readContent } from '../testing.ts';

describe('Mastodon’s lists', () => {
  test('follows, by their heading', async () => {
    const found = await readContent(
      'anything.txt',
      'Account address,Show boosts,Notify on new posts,Languages\nbob@b.example,false,true,"en,fr"\nnobody\n',
    );
    expect(found.records).toMatchObject([
      {
        datatype: 'social.follow',
        mine: true,
        body: {
          type: 'Follow',
          actor: OWNER_ACTOR,
          object: { type: 'Person', id: 'acct:bob@b.example', webfinger: 'bob@b.example' },
          showBoosts: false,
          notify: true,
          languages: ['en', 'fr'],
        },
      },
    ]);
    expect(found.skipped).toEqual([{ reason: 'not an account', where: 'anything.txt:3' }]);
  });

  test('mutes, blocks, domains, bookmarks and lists', async () => {
    const mutes = await readContent('x.csv', 'Account address,Hide notifications\nbob@b.example,true\n');
    expect(mutes.records).toMatchObject([
      { datatype: 'social.mute', body: { type: 'Ignore', hideNotifications: true } },
    ]);
    const blocks = await readContent('blocked_accounts.csv', 'bob@b.example\n');
    expect(blocks.records).toMatchObject([{ datatype: 'social.block', body: { type: 'Block' } }]);
    const domains = await readContent('blocked_domains.csv', 'Bad.example\nworse.example\n');
    expect(domains.records.map(({ body }) => body['object'])).toEqual([
      'https://bad.example/',
      'https://worse.example/',
    ]);
    const bookmarks = await readContent('b.csv', 'https://b.example/1\nhttps://b.example/2\n');
    expect(bookmarks.records.map(({ datatype }) => datatype)).toEqual(['social.bookmark', 'social.bookmark']);
    const lists = await readContent('lists.csv', 'Close,a@a.example\nClose,b@b.example\nFar,c@c.example\n');
    expect(lists.records).toMatchObject([
      { datatype: 'social.list', body: { name: 'Close', items: ['acct:a@a.example', 'acct:b@b.example'] } },
      { datatype: 'social.list', body: { name: 'Far' } },
    ]);
  });

  test('a list of accounts that neither says nor is called what it is stays out', async () => {
    const found = await readContent('people.csv', 'bob@b.example\nanna@a.example\n');
    expect(found.records).toEqual([]);
    expect(found.skipped).toHaveLength(1);
  });

  test('a line without an end is passed over and told once', async () => {
    const endless = 'x'.repeat(1024 * 1024);
    const found = await readContent(
      'x.csv',
      `Account address,Show boosts\nbob@b.example\n${endless}\nanna@a.example\n`,
    );
    expect(found.records.map(({ body }) => body['object'])).toMatchObject([
      { id: 'acct:bob@b.example' },
      { id: 'acct:anna@a.example' },
    ]);
    expect(found.skipped).toEqual([{ reason: 'a line longer than 64 KiB', where: 'x.csv:3' }]);
  });

  test('a quote that never closes is told, and what came before it is kept', async () => {
    const rest = 'anna@a.example\n'.repeat(20_000);
    const found = await readContent('x.csv', `Account address,Show boosts\nbob@b.example\n"${rest}`);
    expect(found.records.map(({ body }) => body['object'])).toMatchObject([{ id: 'acct:bob@b.example' }]);
    expect(found.skipped).toEqual([{ reason: 'the list can’t be read from here on', where: 'x.csv:3' }]);
  });

  test('the same row is the same record', async () => {
    const once = await readContent('b.csv', 'https://b.example/1\n');
    const again = await readContent('other.csv', 'https://b.example/1\n');
    expect(again.records[0]?.uri).toBe(once.records[0]?.uri);
  });
});
