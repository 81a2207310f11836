import { afterAll, beforeAll, expect, test } from 'vitest';
import { Mix, type FeedPage, type Origin } from '../../protocol/owner/feed.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { uriKey } from '../../main/derive/index.ts';
import { emptyRun } from '../../main/records/testing.ts';
import { prepareRecord } from '../../main/records/index.ts';
import { openLockerOf, TOWN_NOW, type TownLocker } from './town-locker.ts';

const ANN = 'https://a.example/users/ann';
const BEN = 'https://b.example/users/ben';
const BLOG = 'https://blog.example/feed.xml';
const LIST = 'urn:list:friends';
const MINUTE = 60_000;

function post(number: number, author: string, source: string): IntakeRecord {
  const uri = `${author}/${String(number)}`;
  const at = TOWN_NOW - number * MINUTE;
  const host = new URL(author).hostname;
  const actor = {
    type: 'Person',
    id: author,
    preferredUsername: author.split('/').at(-1) ?? '',
    name: `${host} person`,
  };
  const body = { id: uri, type: 'Note', attributedTo: actor, content: `<p>Post ${String(number)}</p>` };
  return record('social.post', uri, source, at, body);
}

function record(
  datatype: IntakeRecord['datatype'],
  uri: string,
  source: string,
  published: number | null,
  body: IntakeRecord['body'],
): IntakeRecord {
  const rest = { publishedText: null, timeEstimated: published === null, mine: false };
  return { datatype, uri, source, published, body, ...rest };
}

let locker: TownLocker;

beforeAll(async () => {
  const friends = { type: 'Collection', name: 'Friends', items: ['acct:ben@b.example'] };
  const given = [
    post(1, ANN, ANN),
    post(2, BEN, ANN),
    post(3, BEN, BLOG),
    post(4, ANN, BLOG),
    record('social.list', LIST, ANN, null, friends),
  ];
  locker = await openLockerOf(given, TOWN_NOW);
  const wish = { kind: 'list' as const, publisher: '', address: null, allowLoopback: false, key: null };
  await locker.store.write('labels.add', { ...wish, id: 'l', name: 'Loud', intervalMinutes: 60, nextDue: 0 });
  const round = await locker.store.write('labels.beginRound', { id: 'l' });
  const about = { value: 'list', about: 'account' as const, advised: 1 as const, cid: '', negated: false };
  const entry = { ...about, uri: ANN, subject: uriKey(ANN), made: 1, expires: null };
  await locker.store.write('labels.take', { id: 'l', round, entries: [entry] });
});
afterAll(async () => {
  await locker[Symbol.asyncDispose]();
});

async function looking(...looksAt: Origin[]): Promise<FeedPage> {
  const newest = {
    entry: 'newest',
    algorithm: 'org.datalocker.newest-first',
    enabled: true,
    weight: 1,
    settings: {},
  };
  const window = { maxItems: 1000, maxAgeHours: null };
  const mix = Mix.parse({ id: 'm', name: 'Mine', blend: 'rank', window, looksAt, entries: [newest] });
  return locker.feed.makeFeed({ order: 'mix', limit: 40, mix });
}

const numbers = ({ items }: FeedPage): number[] => items.map((item) => Number((item.post.uri ?? '').split('/').at(-1)));
const origin = (kind: Origin['kind'], id: string, name = ''): Origin => ({ kind, id, name });

test('what a mix can look at: sources by the names people know, lists with how many are on them', async () => {
  const { items } = await locker.feed.mixOrigins();
  expect(items).toEqual([
    { kind: 'source', id: ANN, name: 'a.example person', holds: 2 },
    { kind: 'source', id: BLOG, name: '', holds: 2 },
    { kind: 'list', id: LIST, name: 'Friends', holds: 1 },
    { kind: 'labels', id: 'l', name: 'Loud', holds: 1 },
  ]);
});

test('a source, a list of one’s own by the handles on it, a subscribed list, and several at once', async () => {
  expect(numbers(await looking(origin('source', BLOG)))).toEqual([3, 4]);
  expect(numbers(await looking(origin('list', LIST)))).toEqual([2, 3]);
  expect(numbers(await looking(origin('labels', 'l')))).toEqual([1, 4]);
  expect(numbers(await looking(origin('labels', 'l'), origin('source', BLOG)))).toEqual([1, 3, 4]);
});

test('new posts come in, and an import that is undone is told as gone', async () => {
  await locker.store.write('records.createRun', emptyRun('late'));
  const late = 'https://late.example/feed.xml';
  const records = [post(5, BEN, late), post(6, ANN, late), post(7, ANN, BLOG)].map(prepareRecord);
  const before = await looking(origin('source', late, 'Late'), origin('source', BLOG));
  expect([numbers(before), before.notices.map(({ name, problem }) => [name, problem])]).toEqual([
    [3, 4],
    [['Late', 'gone']],
  ]);
  await locker.store.write('records.upsertBatch', { run: 'late', records });
  const page = await looking(origin('source', late, 'Late'), origin('source', BLOG));
  expect([numbers(page), page.notices]).toEqual([[3, 4, 5, 6, 7], []]);
  await locker.records.undoRun('late');
  const after = await looking(origin('source', late, 'Late'), origin('source', BLOG));
  expect([numbers(after), after.notices.map(({ problem }) => problem)]).toEqual([[3, 4], ['gone']]);
});
