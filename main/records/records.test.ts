import { afterEach, expect, test, vi } from 'vitest';
import { branded, type RecordId } from '../../protocol/brand.ts';
import { OWNER_ACTOR } from '../../protocol/record.ts';
import { checkSearchIndex } from '../store/testing.ts';
import { ME, START, follow, note, noteUri, openRecords, person, recordOf, type TestLocker } from './testing.ts';

const ANN = 'https://a.example/users/ann';

async function found(locker: TestLocker, q: string, more: object = {}): Promise<(string | null)[]> {
  const page = await locker.records.browse({ q, order: 'newest', limit: 50, ...more });
  return page.items.map(({ uri }) => uri);
}

afterEach(() => vi.useRealTimers());

test('the same records twice add nothing, a changed one is changed', async () => {
  await using locker = await openRecords();
  const posts = [note(1), note(2)];
  expect(await locker.import('a', posts)).toMatchObject({ added: 2, unchanged: 0, byDatatype: { 'social.post': 2 } });
  expect(await locker.import('b', posts)).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
  expect(await locker.import('b', [note(2, { content: 'new words' })])).toMatchObject({ changed: 1 });
  expect(await found(locker, 'new words')).toEqual([noteUri(2)]);
  expect(await found(locker, '"note 2"')).toEqual([]);
  expect((await locker.records.summary()).total).toBe(2);
});

test('records without a URI are told apart by source, time and text', async () => {
  await using locker = await openRecords();
  const one = recordOf('social.post', null, START, { type: 'Note', content: 'Hello  world' });
  const same = recordOf('social.post', null, START, { type: 'Note', content: '<p>hello world</p>' });
  const other = recordOf('social.post', null, START, { type: 'Note', content: 'Goodbye' });
  expect(await locker.import('a', [one])).toMatchObject({ added: 1 });
  expect(await locker.import('a', [same, other])).toMatchObject({ added: 1, changed: 1 });
});

test('newest first, page by page, without gaps or repeats', async () => {
  await using locker = await openRecords();
  const numbers = Array.from({ length: 25 }, (_, i) => (i * 7) % 25);
  await locker.import(
    'a',
    numbers.map((number) => note(number)),
  );
  const seen: (string | null)[] = [];
  let cursor: string | undefined;
  do {
    const page = await locker.records.browse({
      order: 'newest',
      limit: 10,
      ...(cursor === undefined ? {} : { cursor }),
    });
    seen.push(...page.items.map(({ uri }) => uri));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => noteUri(24 - i)));
});

test('filters by kind, source, author, run and time, alone and together', async () => {
  await using locker = await openRecords();
  const bob = 'https://b.example/users/bob';
  await locker.import('a', [note(1), note(2, { attributedTo: bob }), person(bob, { name: 'Bob' })]);
  await locker.import('b', [note(3, {}, { source: 'https://feed.example/' }), note(1)]);
  expect(await found(locker, '', { datatype: 'social.person' })).toEqual([bob]);
  expect(await found(locker, '', { author: bob, datatype: 'social.post' })).toEqual([noteUri(2)]);
  expect(await found(locker, '', { author: ANN })).toEqual([noteUri(3), noteUri(1)]);
  expect(await found(locker, '', { source: 'https://feed.example/' })).toEqual([noteUri(3)]);
  expect(await found(locker, '', { source: ME, author: ANN })).toEqual([noteUri(1)]);
  expect(await found(locker, '', { run: 'b' })).toEqual([noteUri(3), noteUri(1)]);
  expect(await found(locker, 'note', { run: 'b', source: ME })).toEqual([noteUri(1)]);
  expect(await found(locker, 'note', { from: START + 2 * 60_000, to: START + 2 * 60_000 })).toEqual([noteUri(2)]);
  expect(await found(locker, 'note', { source: 'https://none.example/' })).toEqual([]);
  await expect(locker.records.browse({ order: 'newest', limit: 5, cursor: 'x' })).rejects.toMatchObject({
    code: 'bad_cursor',
  });
});

test('words are found in any script, with and without accents, and as they are typed', async () => {
  await using locker = await openRecords();
  await locker.import('a', [
    note(1, { content: '東京タワーで全文検索の話をした' }),
    note(2, { content: 'วันนี้อากาศดีมาก' }),
    note(3, { content: 'Crème brûlée in the café' }),
    note(4, { content: 'हिन्दी में खोज' }),
    note(5, { content: '한국어검색' }),
    note(6, { content: 'ﾊﾝｶｸ ＡＢＣ' }),
    note(7, { content: 'interesting', tag: [{ type: 'Hashtag', name: '#Sailing' }] }),
    note(8, {
      content: 'pic',
      attachment: [{ type: 'Image', url: 'https://a.example/i.png', name: 'a heron at dusk' }],
    }),
  ]);
  const expected: [string, number][] = [
    ['全文検索', 1], ['検索', 1], ['タワー', 1], ['東', 1], ['อากาศ', 2], ['creme brulee', 3], ['CAFÉ', 3], ['cafe\u0301', 3],
    ['हिन्दी', 4], ['검색', 5], ['ハンカク', 6], ['abc', 6], ['interes', 7], ['sailing', 7], ['heron dusk', 8],
  ]; // prettier-ignore
  for (const [q, number] of expected) expect([q, await found(locker, q)]).toEqual([q, [noteUri(number)]]);
  expect(await found(locker, '文全')).toEqual([]);
  expect(await found(locker, 'หนาว')).toEqual([]);
});

test('what the owner did not change follows the source, at once: author, language, time', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1)]);
  const id = await locker.idOf(noteUri(1));
  await locker.records.edit(id, { content: 'mine' });
  const later = START + 7 * 86_400_000;
  const bob = 'https://b.example/users/bob';
  await locker.import('b', [note(1, { content: 'theirs', attributedTo: bob }, { published: later })]);
  expect(await locker.records.detail(id)).toMatchObject({
    row: { published: later, author: { uri: bob }, edited: true },
    post: { text: 'mine' },
  });
  expect((await locker.records.browse({ order: 'newest', limit: 9, author: bob })).items).toHaveLength(1);
});

test('a new time alone is news; an estimate or none does not take the place of a time', async () => {
  await using locker = await openRecords();
  const publishedOf = async (): Promise<unknown> =>
    (await locker.records.detail(await locker.idOf(noteUri(1)))).row.published;
  const at = (published: number | null, timeEstimated = false) => note(1, {}, { published, timeEstimated });
  expect(await locker.import('a', [at(START, true)])).toMatchObject({ added: 1 });
  expect(await locker.import('a', [at(START + 1, true)])).toMatchObject({ changed: 1 });
  expect(await locker.import('a', [at(START + 1)])).toMatchObject({ changed: 1 });
  expect(await locker.import('a', [at(START + 2, true)])).toMatchObject({ unchanged: 1 });
  expect(await locker.import('a', [at(null, true)])).toMatchObject({ unchanged: 1 });
  expect(await publishedOf()).toBe(START + 1);
  expect(await locker.import('a', [at(START + 2), at(START + 2)])).toMatchObject({ changed: 1, unchanged: 1 });
  expect(await publishedOf()).toBe(START + 2);
});

test('a record that comes twice at once is as if it came twice in a row', async () => {
  const twice = [
    note(1, { content: 'first' }, { mine: true }),
    note(1, { content: 'second' }, { published: null, timeEstimated: true, source: 'https://else.example/' }),
  ];
  await using atOnce = await openRecords();
  await atOnce.import('a', twice);
  await using inRow = await openRecords();
  for (const record of twice) await inRow.import('a', [record]);
  const [one, other] = await Promise.all(
    [atOnce, inRow].map(async ({ records, idOf }) => records.detail(await idOf(noteUri(1)))),
  );
  expect(one).toEqual(other);
  expect(one).toMatchObject({ row: { mine: true, source: ME, published: START + 60_000 }, post: { text: 'second' } });
});

test('best match puts the post that says it most often first', async () => {
  await using locker = await openRecords();
  await locker.import('a', [
    note(1, { content: 'heron heron heron' }),
    note(2, { content: 'a heron, and a long tale of other things that have nothing to do with it at all' }),
  ]);
  const page = await locker.records.browse({ q: 'heron', order: 'best', limit: 1 });
  expect(page.items[0]?.uri).toBe(noteUri(1));
  const rest = await locker.records.browse({ q: 'heron', order: 'best', limit: 1, cursor: page.next ?? '' });
  expect(rest.items[0]?.uri).toBe(noteUri(2));
  expect(rest.next).toBeNull();
});

test('the owner’s changes outlive imports, and can be dropped', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1, { content: 'first' })]);
  const id = await locker.idOf(noteUri(1));
  const edited = await locker.records.edit(id, { content: 'mine', summary: 'careful' });
  expect(edited.post).toMatchObject({ text: 'mine', warning: 'careful', sensitive: true });
  expect(await found(locker, 'first')).toEqual([]);
  await locker.import('b', [note(1, { content: 'second', name: 'Title' })]);
  expect(await locker.records.detail(id)).toMatchObject({
    overlay: { content: 'mine', summary: 'careful' },
    body: { content: 'second' },
    post: { text: 'mine', title: 'Title' },
    row: { edited: true },
  });
  expect(await found(locker, 'title')).toEqual([noteUri(1)]);
  const dropped = await locker.records.edit(id, {});
  expect(dropped).toMatchObject({ overlay: null, post: { text: 'second', warning: null }, row: { edited: false } });
  expect(await found(locker, 'second')).toEqual([noteUri(1)]);
  expect(await locker.import('b', [note(1, { content: 'second', name: 'Title' })])).toMatchObject({ unchanged: 1 });
  await expect(locker.records.edit(id, { id: 'other' })).rejects.toMatchObject({ code: 'bad_request' });
});

test('what the owner deletes comes back by undo only, and later leaves a mark that wins over imports', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1, { content: 'secret words' }), note(2)]);
  const id = await locker.idOf(noteUri(1));
  await locker.records.edit(id, { summary: 'warned' });
  const before = await locker.records.detail(id);
  const { deleted, undo } = await locker.records.delete([id]);
  expect(deleted).toBe(1);
  expect(await found(locker, 'secret')).toEqual([]);
  expect(await locker.import('a', [note(1, { content: 'secret words' })])).toMatchObject({ added: 0, deletedByYou: 1 });
  expect(await locker.records.undoDelete(undo)).toEqual({ restored: 1 });
  expect(await locker.records.detail(id)).toEqual(before);
  expect(await locker.records.undoDelete(undo)).toEqual({ restored: 0 });

  expect(locker.tablesWith('secret')).toContain('record_search_data');
  const again = await locker.records.delete([id]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });
  await locker.records.purge();
  expect(await locker.records.undoDelete(again.undo)).toEqual({ restored: 0 });
  expect(locker.rows()).not.toHaveProperty('trash');
  expect(locker.tablesWith('secret')).toEqual([]);
  expect(locker.tablesWith(noteUri(1))).toEqual([]);
  expect(await locker.import('b', [note(1, { content: 'secret words' })])).toMatchObject({ added: 0, deletedByYou: 1 });
  expect(await locker.records.summary()).toMatchObject({ total: 1 });
});

test('a deletion can be undone after a restart', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1)]);
  const { undo } = await locker.records.delete([await locker.idOf(noteUri(1))]);
  await locker.reopen();
  expect(await locker.records.undoDelete(undo)).toEqual({ restored: 1 });
  expect(await found(locker, 'note')).toEqual([noteUri(1)]);
});

function isContent(table: string): boolean {
  return !/^(?:sqlite_.*|record_search_.*|counter|import_run|removed_post|removed_record)$/.test(table);
}

test('undoing an import leaves no row, and leaves alone what others brought or the owner touched', async () => {
  await using locker = await openRecords();
  const bob = { id: 'https://b.example/users/bob', type: 'Person', name: 'Bob', preferredUsername: 'bob' };
  const empty = Object.keys(locker.rows()).filter(isContent);
  await locker.import('a', [
    note(1, { attributedTo: bob, tag: [{ type: 'Mention', href: ME }], likes: { totalItems: 3 } }),
    note(2, { inReplyTo: noteUri(1) }),
    person(ANN, { name: 'Ann', url: 'https://a.example/@ann', alsoKnownAs: ['https://b.example/users/bob'] }),
    follow(ME, ANN, true),
    recordOf('social.profile', ME, null, { id: ME, type: 'Person', name: 'Me' }, { mine: true }),
  ]);
  await locker.records.settle();
  expect(await locker.records.undoRun('a')).toEqual({ removed: 5, kept: 0 });
  // What stays is the run itself, the locker's counters, ids of what left the feed's window, and the empty index.
  const bare = Object.keys(locker.rows()).filter(isContent);
  expect(bare).toEqual(empty);
  for (const word of ['users/bob', 'bob', 'ann', 'note']) expect([word, locker.tablesWith(word)]).toEqual([word, []]);
  expect(await locker.records.summary()).toEqual({
    total: 0,
    byDatatype: [],
    bySource: [],
    oldest: null,
    newest: null,
  });
  expect(await found(locker, 'note')).toEqual([]);

  await locker.import('b', [note(1), note(2), note(3), note(4)]);
  await locker.import('c', [note(2)]);
  await locker.records.edit(await locker.idOf(noteUri(3)), { content: 'edited' });
  await locker.records.act('save', await locker.idOf(noteUri(4)));
  expect(await locker.records.undoRun('b')).toEqual({ removed: 1, kept: 3 });
  await expect(locker.records.undoRun('none')).rejects.toMatchObject({ code: 'import_not_found' });
});

test('a removed import takes the names it told with it', async () => {
  await using locker = await openRecords();
  const ann = (name: string) => ({ attributedTo: { id: ANN, type: 'Person', name } });
  await locker.import('a', [note(1, ann('Old Ann'))]);
  await locker.import('b', [note(2, ann('New Ann'))]);
  expect((await locker.records.detail(await locker.idOf(noteUri(1)))).row.author?.name).toBe('New Ann');
  await locker.records.undoRun('b');
  expect((await locker.records.detail(await locker.idOf(noteUri(1)))).row.author?.name).toBe('Old Ann');
});

test('acts are the owner’s own records and are taken back', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1), note(2)]);
  const id = await locker.idOf(noteUri(1));
  for (const act of ['like', 'save', 'hide', 'less', 'mute', 'block'] as const) {
    expect(await locker.records.act(act, id)).toEqual({ id: `${act}:${id}` });
    await locker.records.act(act, id);
  }
  const [view] = await locker.records.postViews([id]);
  expect(view?.acts).toEqual(['like', 'save', 'hide', 'less', 'mute', 'block']);
  const [other] = await locker.records.postViews([await locker.idOf(noteUri(2))]);
  expect(other?.acts).toEqual(['mute', 'block']);
  expect((await locker.records.browse({ order: 'newest', limit: 50, source: OWNER_ACTOR })).items).toHaveLength(6);
  for (const act of ['like', 'save', 'hide', 'less', 'mute', 'block'] as const) await locker.records.undoAct(act, id);
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual([]);
  expect((await locker.records.browse({ order: 'newest', limit: 50, source: OWNER_ACTOR })).items).toHaveLength(0);
  await expect(locker.records.undoAct('like', id)).rejects.toMatchObject({ code: 'act_not_found' });
  await locker.records.act('like', id);
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual(['like']);
});

test('a list that names no account is still an import: undone, it leaves what it was about to its own import', async () => {
  await using locker = await openRecords();
  const save = { type: 'Add', actor: OWNER_ACTOR, object: noteUri(1) };
  const bookmark = recordOf('social.bookmark', 'urn:locker:relation:1', START, save, {
    mine: true,
    source: OWNER_ACTOR,
  });
  await locker.import('lists', [bookmark]);
  await locker.import('posts', [note(1)]);
  const id = await locker.idOf(noteUri(1));
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual(['save']);
  expect(await locker.records.undoRun('posts')).toEqual({ removed: 1, kept: 0 });
  expect(await locker.records.undoRun('lists')).toEqual({ removed: 1, kept: 0 });
});

test('an imported like counts, and stays away once it was taken back', async () => {
  await using locker = await openRecords();
  const like = recordOf(
    'social.reaction',
    'urn:like:1',
    START,
    { type: 'Like', actor: ME, object: noteUri(1) },
    { mine: true },
  );
  await locker.import('a', [like, note(1)]);
  const id = await locker.idOf(noteUri(1));
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual(['like']);
  await locker.records.undoAct('like', id);
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual([]);
  expect(await locker.import('b', [like])).toMatchObject({ deletedByYou: 1 });
});

test('a view shows what the post answers, boosts and quotes, from the locker or from the post itself', async () => {
  await using locker = await openRecords();
  const far = {
    id: 'https://far.example/1',
    type: 'Note',
    content: '<p>far</p>',
    attributedTo: { id: 'https://far.example/u', type: 'Person', name: 'Far' },
  };
  await locker.import('a', [
    note(1, { content: 'root' }),
    note(2, { inReplyTo: noteUri(1), quote: 'https://gone.example/9' }),
    note(3, { type: 'Announce', actor: ANN, object: far }),
  ]);
  const ids = await Promise.all([2, 3].map((number) => locker.idOf(noteUri(number))));
  const [reply, boost] = await locker.records.postViews([...ids, branded<string, 'RecordId'>('1')]);
  expect(reply?.inReplyTo).toMatchObject({ uri: noteUri(1), id: await locker.idOf(noteUri(1)), text: 'root' });
  expect(reply?.quoteOf).toEqual({ uri: 'https://gone.example/9', id: null, author: null, text: null });
  expect(boost?.boostOf).toMatchObject({ uri: far.id, id: null, author: { name: 'Far' }, text: 'far' });
  expect(boost?.text).toBe('far');
});

test('a thousand deletions at once, and an unknown record', async () => {
  await using locker = await openRecords();
  await locker.import(
    'a',
    Array.from({ length: 300 }, (_, i) => note(i)),
  );
  const page = await locker.records.browse({ order: 'newest', limit: 200 });
  const ids = page.items.map(({ id }) => branded<string, 'RecordId'>(id));
  const { deleted, undo } = await locker.records.delete(ids);
  expect(deleted).toBe(200);
  expect((await locker.records.summary()).total).toBe(100);
  expect(await locker.records.undoDelete(undo)).toEqual({ restored: 200 });
  const nobody: RecordId = branded<string, 'RecordId'>('5');
  await expect(locker.records.detail(nobody)).rejects.toMatchObject({ code: 'record_not_found' });
  await expect(locker.records.act('like', nobody)).rejects.toMatchObject({ code: 'record_not_found' });
});

test('a post without a URI can be acted on, too', async () => {
  await using locker = await openRecords();
  await locker.import('a', [recordOf('social.post', null, START, { type: 'Note', content: 'nameless' })]);
  const { items } = await locker.records.browse({ order: 'newest', limit: 1 });
  const id = branded<string, 'RecordId'>(items[0]?.id ?? '');
  await locker.records.act('hide', id);
  const { undo } = await locker.records.delete([id]);
  await locker.records.undoDelete(undo);
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual(['hide']);
  await locker.records.undoAct('hide', id);
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual([]);
});

test('nothing from outside passes for an act of the owner', async () => {
  await using locker = await openRecords();
  const forged = recordOf('social.reaction', `${OWNER_ACTOR}:hide:1`, START, {
    type: 'Ignore',
    actor: ME,
    object: noteUri(1),
  });
  await expect(locker.import('a', [forged])).rejects.toMatchObject({ code: 'bad_request' });
});

test('an act made again after it was deleted is not there twice after undoing', async () => {
  await using locker = await openRecords();
  await locker.import('a', [note(1)]);
  const id = await locker.idOf(noteUri(1));
  await locker.records.act('like', id);
  const act = await locker.records.browse({ order: 'newest', limit: 5, source: OWNER_ACTOR });
  const { undo } = await locker.records.delete(act.items.map((item) => branded<string, 'RecordId'>(item.id)));
  expect((await locker.records.postViews([id]))[0]?.acts).toEqual([]);
  await locker.records.act('like', id);
  expect(await locker.records.undoDelete(undo)).toEqual({ restored: 0 });
  expect((await locker.records.browse({ order: 'newest', limit: 5, source: OWNER_ACTOR })).items).toHaveLength(1);
});

test('of a large import that was undone, and of many deletions, no word stays in the index', async () => {
  await using locker = await openRecords();
  await locker.import('kept', [note(1000, { content: 'lasting' })]);
  const content = (i: number) => ({ content: `unsaid${i % 7} words` });
  await locker.import(
    'a',
    Array.from({ length: 200 }, (_, i) => note(i, content(i))),
  );
  await locker.import(
    'b',
    Array.from({ length: 200 }, (_, i) => note(i + 200, content(i))),
  );
  expect(locker.tablesWith('unsaid')).toContain('record_search_data');
  const page = await locker.records.browse({ order: 'newest', limit: 200, run: 'b' });
  await locker.records.delete(page.items.map(({ id }) => branded<string, 'RecordId'>(id)));
  expect(await locker.records.undoRun('a')).toEqual({ removed: 200, kept: 0 });
  expect(locker.tablesWith('unsaid')).toEqual(['trash']);
  expect(await found(locker, 'lasting')).toEqual([noteUri(1000)]);
  checkSearchIndex(locker.store.file, locker.store.key);
});
