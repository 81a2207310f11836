import { expect, test } from 'vitest';
import { openTestFile, openTestStore } from '../testing.ts';

const ROW = {
  title: 'A',
  intervalMinutes: 60,
  enabled: true,
  allowLoopback: false,
  run: null,
  nextDue: 1000,
};

test('005-subscriptions: an address is there once, and the interval is bounded', async () => {
  await using open = await openTestFile();
  await open.migrateTo('004-market');
  const { sqlite } = open.connection;
  sqlite.exec(`insert into setting values ('a', '1', 5)`);
  await open.migrateTo('005-subscriptions');
  const insert = (id: string, url: string, minutes: number): void => {
    sqlite.exec(
      `insert into subscription (id, url, title, interval_minutes, enabled, allow_loopback, created, next_due)
       values ('${id}', '${url}', 't', ${minutes}, 1, 0, 0, 0)`,
    );
  };
  insert('1', 'https://a.example/', 60);
  expect(() => insert('2', 'https://a.example/', 60)).toThrow('UNIQUE');
  expect(() => insert('3', 'https://b.example/', 1)).toThrow('CHECK');
  expect(sqlite.prepare('select count(*) as rows from setting').get()).toEqual({ rows: 1 });
});

test('a poll moves what is due, and keeps validators where none are told', async () => {
  await using store = await openTestStore();
  expect(await store.write('subscriptions.add', [{ ...ROW, id: 'a', url: 'https://a.example/' }])).toEqual({
    added: 1,
  });
  expect(await store.write('subscriptions.add', [{ ...ROW, id: 'b', url: 'https://a.example/' }])).toEqual({
    added: 0,
  });
  const poll = { id: 'a', at: 2000, failures: 0, problem: null, changed: true, added: 3, title: 'News' };
  const validators = { etag: '"1"', lastModified: null };
  await store.write('subscriptions.polled', { ...poll, nextDue: 5000, validators });
  await store.write('subscriptions.polled', {
    ...poll,
    nextDue: 9000,
    changed: false,
    at: 3000,
    title: null,
    validators: null,
  });
  expect(await store.read('subscriptions.get', { id: 'a' })).toMatchObject({
    title: 'News',
    items: 6,
    lastPolledAt: 3000,
    lastChangedAt: 2000,
    etag: '"1"',
  });
  expect(await store.read('subscriptions.due', { now: 8999, limit: 10 })).toMatchObject({ due: [], next: 9000 });
  expect((await store.read('subscriptions.due', { now: 9000, limit: 10 })).due).toHaveLength(1);
});

test('undoing a list removes what the owner has not touched', async () => {
  await using store = await openTestStore();
  const listed = { ...ROW, enabled: false, run: 'r' };
  await store.write('subscriptions.add', [
    { ...listed, id: 'a', url: 'https://a.example/' },
    { ...listed, id: 'b', url: 'https://b.example/' },
    { ...ROW, id: 'c', url: 'https://c.example/' },
  ]);
  await store.write('subscriptions.change', { id: 'b', enabled: true, nextDue: 0 });
  expect(await store.write('subscriptions.dropRun', { run: 'r' })).toEqual({ removed: 1 });
  expect((await store.read('subscriptions.list', {})).map(({ id }) => id).sort()).toEqual(['b', 'c']);
  await expect(store.write('subscriptions.drop', { id: 'a' })).rejects.toMatchObject({
    code: 'subscription_not_found',
  });
  await expect(store.write('subscriptions.change', { id: 'a', nextDue: 0 })).rejects.toMatchObject({
    code: 'subscription_not_found',
  });
});
