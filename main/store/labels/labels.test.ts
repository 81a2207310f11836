import { expect, test } from 'vitest';
import { openTestFile, openTestStore, type TestStore } from '../testing.ts';
import type { LabelEntry } from './entry-operations.ts';

const SOURCE = {
  kind: 'labels' as const,
  name: 'Labeler',
  publisher: 'did:plc:labeler',
  address: null,
  allowLoopback: false,
  key: null,
  intervalMinutes: 60,
  nextDue: 1000,
};

function entry(over: Partial<LabelEntry> = {}): LabelEntry {
  const entry: LabelEntry = {
    value: 'spam',
    about: 'post',
    advised: 3,
    uri: 'at://did:plc:a/app.bsky.feed.post/1',
    cid: '',
    subject: 11,
    negated: false,
    made: 100,
    expires: null,
  };
  return { ...entry, ...over };
}

async function take(store: TestStore, entries: LabelEntry[], id = 'a'): Promise<number> {
  const round = await store.write('labels.beginRound', { id });
  await store.write('labels.take', { id, round, entries });
  return round;
}

async function posts(store: TestStore, now = 1000): Promise<number[]> {
  return [...(await store.read('labels.inForce', { now })).posts.keys];
}

test('014-labels: what was there stays, a statement is there once, and severities are bounded', async () => {
  await using open = await openTestFile();
  await open.migrateTo('012-as-of-day');
  const { sqlite } = open.connection;
  sqlite.exec(`insert into setting values ('a', '1', 5)`);
  await open.migrateTo('014-labels');
  sqlite.exec(`insert into label_source (num, id, kind, name, publisher, allow_loopback, interval_minutes, enabled,
    created, next_due, round) values (1, 'a', 'labels', 'A', 'did:a', 0, 60, 1, 0, 0, 0)`);
  sqlite.exec(`insert into label_kind (num, source, value, about, advised) values (1, 1, 'spam', 'post', 3)`);
  const label = `insert into label values (1, 'at://a', '', 5, 0, 1, null, 1)`;
  sqlite.exec(label);
  expect(() => sqlite.exec(label)).toThrow('UNIQUE');
  expect(() => sqlite.exec('update label_kind set severity = 4')).toThrow('CHECK');
  sqlite.exec('delete from label_source');
  expect(sqlite.prepare('select count(*) as rows from label').get()).toEqual({ rows: 0 });
  expect(sqlite.prepare('select count(*) as rows from setting').get()).toEqual({ rows: 1 });
});

test('the statement made last holds, whenever it comes; a negated and an expired one do not', async () => {
  await using store = await openTestStore();
  await store.write('labels.add', { ...SOURCE, id: 'a' });
  await take(store, [entry(), entry({ uri: 'at://b', subject: 5, expires: 900 })]);
  expect(await posts(store, 500)).toEqual([5, 11]);
  expect(await store.read('labels.inForce', { now: 500 })).toMatchObject({ nextExpiry: 900 });
  expect(await posts(store, 900)).toEqual([11]);
  await take(store, [entry({ negated: true, made: 200 })]);
  expect(await posts(store)).toEqual([]);
  await take(store, [entry({ made: 150 })]);
  expect(await posts(store)).toEqual([]);
  await take(store, [entry({ made: 300 })]);
  expect(await posts(store)).toEqual([11]);
});

test('what a list no longer has is gone', async () => {
  await using store = await openTestStore();
  await store.write('labels.add', { ...SOURCE, id: 'a', kind: 'list' });
  const host = { about: 'host' as const, subject: 0, value: 'suspend' };
  await take(store, [entry({ ...host, uri: 'bad.example' }), entry({ ...host, uri: 'worse.example' })]);
  const round = await take(store, [entry({ ...host, uri: 'worse.example' })]);
  expect(await store.write('labels.endRound', { id: 'a', round })).toEqual({ removed: 1 });
  expect((await store.read('labels.inForce', { now: 1 })).hosts).toEqual([{ host: 'worse.example', kind: 0 }]);
});

test('what the owner decides holds for a label wherever it is put, also where it is put later', async () => {
  await using store = await openTestStore();
  await store.write('labels.add', { ...SOURCE, id: 'a' });
  await take(store, [entry()]);
  await store.write('labels.choose', { id: 'a', value: 'spam', severity: 1 });
  await take(store, [entry({ about: 'account', uri: 'did:plc:b', subject: 7 })]);
  const { kinds, accounts } = await store.read('labels.inForce', { now: 1 });
  expect(kinds.map(({ about, severity }) => [about, severity])).toEqual([
    ['post', 1],
    ['account', 1],
  ]);
  expect([...accounts.keys]).toEqual([7]);
  await expect(store.write('labels.choose', { id: 'a', value: 'none', severity: 1 })).rejects.toMatchObject({
    code: 'label_source_not_found',
  });
});

test('a source that is off says nothing; a dropped one leaves nothing', async () => {
  await using store = await openTestStore();
  await store.write('labels.add', { ...SOURCE, id: 'a' });
  await take(store, [entry()]);
  await store.write('labels.change', { id: 'a', enabled: false, nextDue: 0 });
  expect(await posts(store)).toEqual([]);
  await store.write('labels.change', { id: 'a', enabled: true, nextDue: 0 });
  expect(await posts(store)).toEqual([11]);
  await store.write('labels.putException', { id: 'x', source: 'a', value: 'spam', author: 3, uri: 'did:c', name: 'C' });
  expect((await store.read('labels.inForce', { now: 1 })).spared).toEqual([{ kind: 0, author: 3 }]);
  expect((await store.read('labels.source', { id: 'a' }))?.exceptions).toMatchObject([{ id: 'x', value: 'spam' }]);
  await store.write('labels.drop', { id: 'a' });
  expect(await store.read('labels.inForce', { now: 1 })).toMatchObject({ kinds: [], spared: [] });
  await expect(store.write('labels.drop', { id: 'a' })).rejects.toMatchObject({ code: 'label_source_not_found' });
});

test('an address is there once, and only addresses are due', async () => {
  await using store = await openTestStore();
  await store.write('labels.add', { ...SOURCE, id: 'file' });
  await store.write('labels.add', { ...SOURCE, id: 'a', address: 'https://a.example/' });
  await expect(store.write('labels.add', { ...SOURCE, id: 'b', address: 'https://a.example/' })).rejects.toMatchObject({
    code: 'label_source_exists',
  });
  expect(await store.read('labels.due', { now: 1000 })).toEqual({ due: ['a'], next: null });
  expect(await store.read('labels.due', { now: 999 })).toEqual({ due: [], next: 1000 });
});
