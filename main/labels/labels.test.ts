import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  follow,
  ME,
  note,
  noteUri,
  openRecords,
  person,
  recordOf,
  START,
  type TestLocker,
} from '../records/testing.ts';
import { createLabels, type Labels } from './index.ts';

const ANN = 'https://a.example/users/ann';
const NOW = START + 86_400_000;
const DID = 'did:plc:labeler';

interface Opened {
  readonly locker: TestLocker;
  readonly labels: Labels;
  time: number;
}

/** Three posts by Ann, whom the owner follows, and one by Bob. */
async function open(): Promise<Opened> {
  const opened = { time: NOW };
  const locker = await openRecords({ now: () => opened.time });
  const labels = createLabels({
    store: locker.store,
    records: locker.records,
    now: () => opened.time,
    random: () => 0.5,
    polls: false,
  });
  onTestFinished(async () => {
    await labels[Symbol.asyncDispose]();
    await locker[Symbol.asyncDispose]();
  });
  const bob = 'https://b.bad.example/users/bob';
  await locker.import('r', [
    person(ANN, { name: 'Ann', preferredUsername: 'ann' }),
    person(bob, { name: 'Bob', preferredUsername: 'bob' }),
    follow(ME, ANN, true),
    note(1),
    note(2),
    note(3),
    recordOf('social.post', `${bob}/statuses/1`, START + 240_000, {
      id: `${bob}/statuses/1`,
      type: 'Note',
      attributedTo: bob,
      content: '<p>Bob</p>',
    }),
  ]);
  return Object.assign(opened, { locker, labels });
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function labelsFile(...labels: object[]): AsyncIterable<Uint8Array> {
  const made = labels.map((one) => ({ src: DID, uri: noteUri(1), val: 'spam', cts: '2024-01-01T00:00:00Z', ...one }));
  return bytes(JSON.stringify({ labels: made }));
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a preview says what it is about of the owner’s posts, and whom of those followed', async () => {
  const { labels } = await open();
  const preview = await labels.previewFile(labelsFile({}, { uri: noteUri(2), val: 'rude' }, { uri: noteUri(9) }), null);
  expect(preview).toMatchObject({ kind: 'labels', publisher: DID, entries: 3, posts: 2, people: 1, followed: 1 });
  expect(preview.values).toEqual([
    { value: 'spam', advised: 3, entries: 2, posts: 1, people: 1 },
    { value: 'rude', advised: 1, entries: 1, posts: 1, people: 1 },
  ]);
  expect(preview.examples.map(({ post, value }) => [post.uri, value])).toEqual([[noteUri(2), 'rude']]);
  expect(await labels.all()).toEqual([]);
  const hosts = await labels.previewFile(bytes('bad.example\n'), null);
  expect(hosts).toMatchObject({ kind: 'list', posts: 1, people: 1, followed: 0 });
  const account = await labels.previewFile(bytes('ann@a.example\n'), null);
  expect(account).toMatchObject({ posts: 3, people: 1, followed: 1 });
});

test('negated and expired labels are not counted', async () => {
  const { labels } = await open();
  const later = '2024-01-01T01:00:00Z';
  const preview = await labels.previewFile(
    labelsFile({}, { neg: true, cts: later }, { val: 'old', exp: later }, { val: 'now' }),
    null,
  );
  expect(preview.values.map(({ value }) => value)).toEqual(['now']);
});

test('what was subscribed to holds, and is gone when dropped', async () => {
  const { labels } = await open();
  const { preview } = await labels.previewFile(labelsFile({}, { uri: ANN, val: 'rude' }), null);
  const source = await labels.subscribe({
    preview,
    name: 'Mine',
    intervalMinutes: 60,
    choices: [{ value: 'rude', choice: 1 }],
  });
  expect(source).toMatchObject({ name: 'Mine', publisher: DID, entries: 2, address: null, enabled: true });
  const held = await labels.inForce({ now: NOW, seq: 1 });
  expect(held.kinds).toMatchObject([
    { source: 'Mine', value: 'spam', about: 'post', severity: null, advised: 3 },
    { source: 'Mine', value: 'rude', about: 'account', severity: 1 },
  ]);
  expect([held.posts.keys.length, held.accounts.keys.length]).toEqual([1, 1]);
  expect(await labels.inForce({ now: NOW + 60_000, seq: 1 })).toBe(held);
  await labels.choose(source.id, { value: 'spam', choice: -1 });
  expect((await labels.inForce({ now: NOW, seq: 1 })).kinds[0]).toMatchObject({ severity: -1 });
  await labels.drop(source.id);
  expect((await labels.inForce({ now: NOW, seq: 1 })).kinds).toEqual([]);
  await expect(labels.subscribe({ preview, name: 'x', intervalMinutes: 60, choices: [] })).rejects.toMatchObject({
    code: 'label_preview_not_found',
  });
});

test('a label stops holding when it expires, without anything else happening', async () => {
  const { labels } = await open();
  const { preview } = await labels.previewFile(labelsFile({ exp: '2024-01-02T12:00:00Z' }), null);
  await labels.subscribe({ preview, name: 'Mine', intervalMinutes: 60, choices: [] });
  const at = Date.parse('2024-01-02T11:59:00Z');
  expect((await labels.inForce({ now: at, seq: 1 })).posts.keys).toHaveLength(1);
  expect((await labels.inForce({ now: at + 60_000, seq: 1 })).posts.keys).toHaveLength(0);
  expect((await labels.inForce({ now: at, seq: 1 })).posts.keys).toHaveLength(1);
});

test('a label is kept off a person', async () => {
  const { labels, locker } = await open();
  const { preview } = await labels.previewFile(labelsFile({}), null);
  const { id } = await labels.subscribe({ preview, name: 'Mine', intervalMinutes: 60, choices: [] });
  const source = await labels.except(id, { value: 'spam', record: await locker.idOf(noteUri(1)) });
  expect(source.exceptions).toMatchObject([{ value: 'spam', uri: ANN, name: 'Ann' }]);
  expect((await labels.inForce({ now: NOW, seq: 1 })).spared.size).toBe(1);
  await labels.dropException(source.exceptions[0]?.id ?? '');
  expect((await labels.inForce({ now: NOW, seq: 1 })).spared.size).toBe(0);
});

test('an address is asked when it is due, for what is new, and what a list no longer has is gone', async () => {
  const opened = await open();
  const { labels } = opened;
  let list = 'bad.example\nworse.example\n';
  let asked = 0;
  const url = await serve((request, answer) => {
    asked++;
    const etag = `"${list.length}"`;
    if (request.headers['if-none-match'] === etag) answer.writeHead(304).end();
    else answer.writeHead(200, { etag, 'content-type': 'text/plain' }).end(list);
  });
  await expect(labels.previewAddress({ url, allowLoopback: false, key: null })).rejects.toMatchObject({
    code: 'address_refused',
  });
  const { preview, name } = await labels.previewAddress({ url, allowLoopback: true, key: null });
  const { id } = await labels.subscribe({ preview, name, intervalMinutes: 60, choices: [] });
  await labels.round();
  expect(asked).toBe(1);
  opened.time += 3_700_000;
  await labels.round();
  expect(asked).toBe(2);
  expect((await labels.all())[0]).toMatchObject({ entries: 2, lastProblem: null, lastChangedAt: NOW });
  list = 'bad.example\n';
  opened.time += 3_700_000;
  await labels.round();
  expect((await labels.all())[0]).toMatchObject({ entries: 1, lastChangedAt: opened.time });
  expect([...(await labels.inForce({ now: opened.time, seq: 1 })).hosts.keys()]).toEqual(['bad.example']);
  list = '<html>gone</html>';
  expect(await labels.poll(id)).toMatchObject({ entries: 1, lastProblem: 'labels_unrecognised' });
});

test('a labeler is asked page by page, and next time from where it ended', async () => {
  const { labels } = await open();
  const all = [1, 2, 3].map((number) => ({ src: DID, uri: noteUri(number), val: 'spam', cts: '2024-01-01T00:00:00Z' }));
  const cursors: (string | null)[] = [];
  const base = await serve((request, answer) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const cursor = searchParams.get('cursor');
    cursors.push(cursor);
    expect(searchParams.get('uriPatterns')).toBe('*');
    const at = Number(cursor ?? 0);
    const more = at + 1 < all.length || cursor === null;
    answer.end(JSON.stringify({ labels: all.slice(at, at + 1), ...(more ? { cursor: String(at + 1) } : {}) }));
  });
  const url = `${base}/xrpc/com.atproto.label.queryLabels`;
  const { preview } = await labels.previewAddress({ url, allowLoopback: true, key: null });
  const { id, entries } = await labels.subscribe({ preview, name: 'Pages', intervalMinutes: 60, choices: [] });
  expect(entries).toBe(3);
  expect(cursors).toEqual([null, '1', '2']);
  all.push({ src: DID, uri: noteUri(2), val: 'spam', cts: '2024-01-02T00:00:00Z', neg: true } as (typeof all)[0]);
  expect(await labels.poll(id)).toMatchObject({ entries: 2, lastProblem: null });
  expect(cursors.slice(3)).toEqual(['2', '3']);
  await labels.poll(id);
  expect(cursors.slice(5)).toEqual(['3']);
});

test('a newer file of the same labeler goes on where the first ended; another one’s is refused', async () => {
  const { labels } = await open();
  const first = await labels.previewFile(labelsFile({}), null);
  const { id } = await labels.subscribe({ preview: first.preview, name: 'Mine', intervalMinutes: 60, choices: [] });
  const newer = await labels.previewFile(labelsFile({ neg: true, cts: '2024-01-01T02:00:00Z' }), null);
  expect(await labels.renew(id, newer.preview)).toMatchObject({ entries: 0 });
  const other = await labels.previewFile(labelsFile({ src: 'did:plc:other' }), null);
  await expect(labels.renew(id, other.preview)).rejects.toMatchObject({ code: 'labels_unrecognised' });
});
