import { afterEach, expect, test, vi } from 'vitest';
import { OWNER_ACTOR } from '../../protocol/record.ts';
import { ACTS_AS_OF, ACTS_HALF_LIFE, type FeedColumns, type OwnHistory } from '../store/index.ts';
import { uriKey } from './index.ts';
import { ME, START, follow, note, noteUri, openRecords, person, recordOf, type TestLocker } from './testing.ts';

const ANN = 'https://a.example/users/ann';
const BOB = 'https://b.example/users/bob';

afterEach(() => vi.useRealTimers());

async function load(locker: TestLocker, maxItems = 1000): Promise<FeedColumns> {
  await locker.records.settle();
  return locker.store.read('feedColumns.load', { maxItems, maxAgeMs: null, now: Date.now() });
}

/** Facts of one post by the number of the note. */
function post({ posts }: FeedColumns, number: number): Record<string, number> {
  const at = posts.f64.ref.indexOf(uriKey(noteUri(number)));
  if (at < 0) throw new Error(`note ${number} is not there`);
  const columns = { ...posts.f64, ...posts.u32, ...posts.u8 };
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[at] ?? NaN]));
}

function author({ authors }: FeedColumns, uri: string): FeedColumns['authors'][number] {
  const found = authors.find((row) => row.uri === uri);
  if (found === undefined) throw new Error(`no author ${uri}`);
  return found;
}

/** Loading anew and applying changes to what was loaded must come to the same. */
function applied(
  before: FeedColumns,
  changes: FeedColumns & { removed: number[] },
): Map<number, Record<string, number>> {
  const rows = new Map<number, Record<string, number>>();
  for (const { posts } of [before, changes]) {
    const columns = Object.entries({ ...posts.f64, ...posts.u8 });
    for (let i = 0; i < posts.n; i++) {
      rows.set(posts.f64.id[i] ?? NaN, Object.fromEntries(columns.map(([name, column]) => [name, column[i] ?? NaN])));
    }
  }
  for (const id of changes.removed) rows.delete(id);
  return rows;
}

test('facts of a post come as columns, and what is not told is unknown', async () => {
  await using locker = await openRecords();
  await locker.import('a', [
    note(1),
    note(2, {
      content: 'Ein Bild 🦩',
      contentMap: { de: 'Ein Bild 🦩' },
      sensitive: true,
      to: [`${ANN}/followers`],
      likes: { type: 'Collection', totalItems: 7 },
      replies: { totalItems: 0 },
      attachment: [{ type: 'Document', mediaType: 'image/png', url: 'https://a.example/1.png' }],
    }),
  ]);
  const columns = await load(locker);
  expect(post(columns, 1)).toMatchObject({
    replies: NaN,
    likes: NaN,
    downs: NaN,
    lang: 0xffffffff,
    visibility: 0,
    isReply: 0,
  });
  expect(post(columns, 2)).toMatchObject({
    likes: 7,
    replies: 0,
    boosts: NaN,
    hasMedia: 1,
    mediaCount: 1,
    chars: 10,
    sensitive: 1,
    visibility: 2,
  });
  expect(columns.langs[post(columns, 2)['lang'] ?? 0]).toBe('de');
  expect([...columns.posts.f64.published]).toEqual([START + 120_000, START + 60_000]);
});

test('a window is the newest posts, and as old as asked', async () => {
  await using locker = await openRecords();
  await locker.import(
    'a',
    Array.from({ length: 30 }, (_, i) => note(i)),
  );
  expect((await load(locker, 10)).posts.n).toBe(10);
  const now = START + 29 * 60_000;
  const recent = await locker.store.read('feedColumns.load', { maxItems: 100, maxAgeMs: 5 * 60_000, now });
  expect(recent.posts.n).toBe(6);
});

test.each([
  ['in order', [1, 2, 3, 4]],
  ['children first', [4, 3, 2, 1]],
  ['in the middle first', [3, 1, 4, 2]],
])('a conversation is one thread, arriving %s', async (_name, order) => {
  for (const together of [true, false]) {
    await using locker = await openRecords();
    const posts = order.map((number) => note(number, number === 1 ? {} : { inReplyTo: noteUri(number - 1) }));
    if (together) await locker.import('a', posts);
    else for (const one of posts) await locker.import('a', [one]);
    const columns = await load(locker);
    for (const number of [1, 2, 3, 4]) {
      expect(post(columns, number)['thread']).toBe(uriKey(noteUri(1)));
      if (number > 1) expect(post(columns, number)['replyToRef']).toBe(post(columns, number - 1)['ref']);
    }
    expect(post(columns, 1)).toMatchObject({ isReply: 0, replyToRef: 0 });
  }
});

test('a thread begins at the oldest post that is known of, and circles end', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(2, { inReplyTo: noteUri(1) }), note(3, { inReplyTo: noteUri(2) })]);
  expect(post(await load(locker), 3)['thread']).toBe(uriKey(noteUri(1)));
  await locker.import('a', [note(1, { inReplyTo: noteUri(0) })]);
  expect(post(await load(locker), 3)['thread']).toBe(uriKey(noteUri(0)));
  await locker.import('b', [
    note(7, { inReplyTo: noteUri(8) }),
    note(8, { inReplyTo: noteUri(7) }),
    note(9, { inReplyTo: noteUri(9) }),
  ]);
  await locker.import('b', [note(10, { inReplyTo: noteUri(8) })]);
  const columns = await load(locker);
  expect(new Set([7, 8, 10].map((number) => post(columns, number)['thread'])).size).toBe(1);
});

test('changes add up to what a fresh load gives', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1), note(2, { inReplyTo: noteUri(9) }), note(3)]);
  const before = await load(locker);
  await locker.import('b', [
    note(9, { likes: { totalItems: 1 } }),
    note(4, { type: 'Announce', actor: BOB, object: noteUri(2) }),
    note(1, { content: 'changed', likes: { totalItems: 5 } }),
    recordOf('activity.view', 'urn:view:1', START, { type: 'View', actor: ME, object: noteUri(1) }, { mine: true }),
  ]);
  await locker.records.act('hide', await locker.idOf(noteUri(2)));
  await locker.records.delete([await locker.idOf(noteUri(3))]);
  await locker.records.settle();
  const changes = await locker.store.read('feedColumns.since', { seq: before.seq });
  expect(changes.reload).toBe(false);
  const fresh = await load(locker);
  expect(applied(before, changes)).toEqual(applied(fresh, { ...fresh, removed: [] }));
  expect(post(fresh, 2)).toMatchObject({ thread: post(fresh, 9)['ref'], acts: 4 });
  expect(post(fresh, 4)).toMatchObject({ isBoost: 1, boostOfRef: post(fresh, 2)['ref'] });
  expect(post(fresh, 1)).toMatchObject({ likes: 5, seenCount: 1 });
  expect(await locker.store.read('feedColumns.since', { seq: changes.seq })).toMatchObject({
    posts: { n: 0 },
    removed: [],
    seq: changes.seq,
  });
});

test('a window that missed removals is told to load again', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1)]);
  const { seq } = await load(locker);
  await locker.records.delete([await locker.idOf(noteUri(1))]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
  await locker.records.purge();
  expect(await locker.store.read('feedColumns.since', { seq })).toMatchObject({ reload: true });
});

test('who follows whom, by whatever name the account is given', async () => {
  await using locker = await openRecords();
  const bob = { id: BOB, type: 'Person', preferredUsername: 'bob', url: 'https://b.example/@bob' };
  await locker.import('a', [
    follow(ME, ANN, true),
    follow(ME, 'acct:Bob@b.example', true),
    note(1),
    note(2, { attributedTo: bob }),
    recordOf('social.profile', ME, null, { id: ME, type: 'Person' }, { mine: true }),
  ]);
  await locker.import('b', [follow(ANN, ME, false)]);
  const columns = await load(locker);
  expect(author(columns, ANN)).toMatchObject({ iFollow: true, followsMe: true });
  expect(author(columns, BOB)).toMatchObject({ iFollow: true, followsMe: false });
  await locker.records.delete([await locker.idOf(`urn:follow:${ME}:${ANN}`)]);
  expect(author(await load(locker), ANN)).toMatchObject({ iFollow: false, followsMe: true });
});

test('the owner’s posts and mentions are known, whenever the account becomes known', async () => {
  await using locker = await openRecords();
  const mention = { tag: [{ type: 'Mention', href: ME, name: '@me@me.example' }] };
  await locker.import('a', [note(1, mention), note(2, { attributedTo: ME }), note(3)]);
  expect(post(await load(locker), 1)['mentionsMe']).toBe(0);
  await locker.import('b', [
    recordOf('social.profile', ME, null, { id: ME, type: 'Person' }, { mine: true }),
    note(4, mention),
  ]);
  const columns = await load(locker);
  expect([1, 2, 3, 4].map((number) => post(columns, number)['mentionsMe'])).toEqual([1, 0, 0, 1]);
  expect([1, 2, 3, 4].map((number) => post(columns, number)['mine'])).toEqual([0, 1, 0, 0]);
});

test('accounts that name each other are one person, whose mute follows', async () => {
  await using locker = await openRecords();
  await locker.import('a', [person(ANN, { alsoKnownAs: [BOB] }), person(BOB), note(1), note(2, { attributedTo: BOB })]);
  let columns = await load(locker);
  expect(author(columns, ANN).person).not.toBe(author(columns, BOB).person);
  await locker.import('b', [person(BOB, { alsoKnownAs: [ANN] })]);
  await locker.records.act('mute', await locker.idOf(noteUri(1)));
  columns = await load(locker);
  expect(author(columns, ANN).person).toBe(author(columns, BOB).person);
  expect(author(columns, BOB).muted).toBe(true);
  await locker.records.undoAct('mute', await locker.idOf(noteUri(2)));
  expect(author(await load(locker), ANN).muted).toBe(false);
});

test('the usual reaction of an author is the median of the posts that tell', async () => {
  await using locker = await openRecords();
  const likes = [1, 100, 3, 5];
  await locker.import('a', [
    ...likes.map((count, i) => note(i, { likes: { totalItems: count }, shares: { totalItems: 1 } })),
    note(9),
  ]);
  expect(author(await load(locker), ANN).medianEngagement).toBe(5);
  await locker.records.delete([await locker.idOf(noteUri(1))]);
  expect(author(await load(locker), ANN).medianEngagement).toBe(4);
});

test('texts by kind, with those of what is quoted', async () => {
  await using locker = await openRecords();
  await locker.import('a', [
    note(1, {
      summary: 'Warned',
      content: '<p>Text <a href="https://www.news.example/x">link</a></p>',
      tag: [{ type: 'Hashtag', name: '#Tag' }],
    }),
    note(2, { quoteUrl: noteUri(1) }),
    note(3, { type: 'Announce', content: '', object: noteUri(1) }),
  ]);
  const ids = await Promise.all([1, 2, 3].map(async (number) => Number(await locker.idOf(noteUri(number)))));
  const { postSeg, kind, text } = await locker.store.read('feedColumns.texts', {
    ids: Float64Array.from([...ids, 12345]),
  });
  const of = (p: number): [number, string][] =>
    Array.from(text.slice(postSeg[p], postSeg[p + 1]), (segment, i) => [kind[(postSeg[p] ?? 0) + i] ?? -1, segment]);
  expect(of(0)).toEqual([
    [1, 'Warned'],
    [0, 'Text link'],
    [4, 'Tag'],
    [5, 'news.example'],
  ]);
  expect(of(1)).toEqual([
    [0, 'Note 2'],
    [6, 'Warned'],
    [6, 'Text link'],
    [6, 'Tag'],
    [6, 'news.example'],
  ]);
  expect(of(2).map(([, segment]) => segment)).toEqual(['Warned', 'Text link', 'Tag', 'news.example']);
  expect(of(3)).toEqual([]);
});

test('what the owner did lately is counted per author', async () => {
  await using locker = await openRecords();
  const mine = { mine: true };
  await locker.import('a', [
    note(1),
    note(2, { attributedTo: ME, inReplyTo: noteUri(1) }, mine),
    note(3, { attributedTo: ME, inReplyTo: 'https://b.example/users/bob/statuses/5' }, mine),
    note(4, { type: 'Announce', actor: ME, object: noteUri(1) }, mine),
    recordOf(
      'social.reaction',
      'urn:l',
      START,
      { type: 'Like', actor: ME, object: 'https://b.example/users/bob/statuses/7' },
      mine,
    ),
  ]);
  await locker.records.act('like', await locker.idOf(noteUri(1)));
  const rows = await locker.store.read('feedColumns.myReactions', { since: START });
  const by = new Map(rows.map(({ author: key, ...counts }) => [key, counts]));
  expect(by.get(uriKey(ANN))).toEqual({ replies: 1, boosts: 1, likes: 1 });
  expect(by.get(uriKey(BOB))).toEqual({ replies: 1, boosts: 0, likes: 1 });
  expect(by.has(uriKey(OWNER_ACTOR))).toBe(false);
  expect(await locker.store.read('feedColumns.myReactions', { since: Date.now() + 1000 })).toEqual([]);
});

test('what the owner did at any time counts half after 30 days, by author and kind', async () => {
  await using locker = await openRecords();
  const mine = { mine: true };
  const after = (days: number): string => new Date(START + days * 86_400_000).toISOString();
  await locker.import('a', [
    note(1),
    note(4),
    note(2, { attributedTo: ME, inReplyTo: noteUri(1) }, mine),
    note(3, { type: 'Announce', actor: ME, object: noteUri(1) }, mine),
    note(5, { attributedTo: ME, quoteUrl: noteUri(4) }, mine),
    recordOf(
      'activity.view',
      'urn:v',
      START,
      { type: 'View', actor: ME, object: noteUri(4), published: after(1) },
      mine,
    ),
  ]);
  await locker.records.act('like', await locker.idOf(noteUri(1)));
  const history = async (): Promise<OwnHistory | undefined> =>
    (await locker.store.read('feedColumns.ownHistory', {})).find(({ author: key }) => key === uriKey(ANN));
  // As of a moment long ago the sums are large; between each other they compare as the acts do.
  const post = 2 ** ((START - ACTS_AS_OF) / ACTS_HALF_LIFE);
  const first = await history();
  expect(first).toMatchObject({ less: 0, lessAt: null });
  for (const kind of ['replies', 'boosts', 'quotes', 'likes', 'seen'] as const)
    expect((first?.[kind] ?? 0) / post).toBeCloseTo(1, 2);
  const before = Date.now();
  await locker.records.act('less', await locker.idOf(noteUri(4)));
  const second = await history();
  expect((second?.less ?? 0) / post).toBeCloseTo(1, 2);
  expect(second?.lessAt).toBeGreaterThanOrEqual(before);
  await locker.records.undoAct('less', await locker.idOf(noteUri(4)));
  expect(await history()).toEqual(first);
});

test('hosts that the owner blocks are listed', async () => {
  await using locker = await openRecords();
  await locker.import('a', [
    recordOf('social.block', null, null, { type: 'Block', actor: ME, object: 'https://bad.example/' }, { mine: true }),
  ]);
  expect((await load(locker)).blockedHosts).toEqual(['bad.example']);
});
