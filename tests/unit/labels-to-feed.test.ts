import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { packAlgorithms } from '../../build/pack-algorithms.ts';
import { createFeed, type Feed } from '../../main/feed/index.ts';
import { createLabels, type Labels } from '../../main/labels/index.ts';
import { createMarket, type Market } from '../../main/market/index.ts';
import { note, noteUri, openRecords, person, recordOf, START, type TestLocker } from '../../main/records/testing.ts';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import type { FeedPage, Mix } from '../../protocol/owner/feed.ts';

const ANN = 'https://a.example/users/ann';
const BOB = 'https://social.bad.example/users/bob';
const MIX: Mix = {
  id: 'm',
  name: 'Mine',
  blend: 'rank',
  window: { maxItems: 1000, maxAgeHours: null },
  entries: [{ entry: 'labels', algorithm: 'org.datalocker.labels-and-lists', enabled: true, weight: 1, settings: {} }],
};
const DAY = 86_400_000;

let folder: string;
let sandbox: SandboxHost;
let locker: TestLocker;
let market: Market;
let labels: Labels;
let feed: Feed;
let now: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-labels-'));
  await packAlgorithms(undefined, folder);
  sandbox = createSandboxHost();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  now = START + DAY;
  const clock = (): number => now;
  locker = await openRecords({ now: clock });
  const { store, records } = locker;
  market = createMarket({ store, sandbox, now: clock, shippedFolder: folder });
  await market.installShipped();
  labels = createLabels({ store, records, now: clock, polls: false });
  feed = createFeed({ store, records, market, sandbox, labels, now: clock, timeZone: async () => 'UTC' });
  await locker.import('r', [
    person(ANN, { name: 'Ann', preferredUsername: 'ann' }),
    person(BOB, { name: 'Bob', preferredUsername: 'bob' }),
    note(1),
    note(2),
    recordOf('social.post', `${BOB}/1`, START, { id: `${BOB}/1`, type: 'Note', attributedTo: BOB, content: 'Bob' }),
  ]);
});
afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await labels[Symbol.asyncDispose]();
  await locker[Symbol.asyncDispose]();
});

async function subscribe(text: string, name: string): Promise<string> {
  async function* file(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  const { preview } = await labels.previewFile(file(), null);
  return (await labels.subscribe({ preview, name, intervalMinutes: 60, choices: [] })).id;
}

function labelsOf(...made: object[]): string {
  const full = made.map((one) => ({
    src: 'did:plc:l',
    uri: noteUri(1),
    val: 'spam',
    cts: '2024-01-01T00:00:00Z',
    ...one,
  }));
  return JSON.stringify({ labels: full });
}

async function make(): Promise<{ page: FeedPage; hidden: [string | null, string[]][] }> {
  const page = await feed.makeFeed({ mix: MIX, order: 'mix', limit: 40 });
  expect(page.notices).toEqual([]);
  const { items } = await feed.feedHidden(page.feedId, { offset: 0, limit: 40 });
  return { page, hidden: items.map(({ post, causes }) => [post.uri, causes.map(({ reason }) => reason.text)]) };
}

test('a file of labels hides a post, by a reason that names the label and who put it there', async () => {
  expect((await make()).hidden).toEqual([]);
  const id = await subscribe(labelsOf({}, { uri: noteUri(2), val: 'rude' }), 'The labeler');
  const { page, hidden } = await make();
  expect(hidden).toEqual([[noteUri(1), ['Marked “spam” by The labeler']]]);
  const [first] = (await feed.feedHidden(page.feedId, { offset: 0, limit: 1 })).items;
  expect(first?.causes[0]?.label).toEqual({ source: id, value: 'spam' });
  expect(page.items.flatMap(({ marks }) => marks.map(({ severity, reason }) => [severity, reason.text]))).toEqual([
    [1, 'Marked “rude” by The labeler'],
  ]);
  expect(await feed.feedVerify(page.feedId)).toMatchObject({ verdict: 'same' });
  await labels.choose(id, { value: 'spam', choice: 1 });
  expect(await feed.feedVerify(page.feedId)).toMatchObject({ verdict: 'inputs-changed' });
  expect((await make()).hidden).toEqual([]);
  await labels.choose(id, { value: 'spam', choice: -1 });
  expect((await make()).page.items.flatMap(({ marks }) => marks)).toHaveLength(1);
});

test('negated and expired labels hide nothing, nor one that is kept off the person', async () => {
  const id = await subscribe(labelsOf({ exp: '2024-01-03T00:00:00Z' }), 'L');
  expect((await make()).hidden).toHaveLength(1);
  now = Date.parse('2024-01-03T00:00:00Z');
  expect((await make()).hidden).toEqual([]);
  await labels.drop(id);
  const other = await subscribe(
    labelsOf({}, { uri: noteUri(2) }, { uri: noteUri(2), neg: true, cts: '2024-01-01T00:01:00Z' }),
    'L',
  );
  expect((await make()).hidden.map(([uri]) => uri)).toEqual([noteUri(1)]);
  await labels.except(other, { value: 'spam', record: await locker.idOf(noteUri(1)) });
  expect((await make()).hidden).toEqual([]);
});

test('lists of servers and of accounts hide all of them, as long as they are subscribed to', async () => {
  const csv =
    '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\nbad.example,suspend,False,False,,False\n';
  const servers = await subscribe(csv, 'Bad servers');
  expect((await make()).hidden).toEqual([[`${BOB}/1`, ['The server of Bob is marked “suspend” by Bad servers']]]);
  await labels.drop(servers);
  await subscribe('ann@a.example\n', 'Loud people');
  const { hidden } = await make();
  expect(hidden.map(([uri]) => uri)).toEqual([noteUri(2), noteUri(1)]);
  expect(hidden[0]?.[1]).toEqual(['Ann is marked “listed” by Loud people']);
});
