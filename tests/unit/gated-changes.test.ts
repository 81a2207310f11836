import { expect, test } from 'vitest';
import type { ChangedPlan, Plan, PlanAnswer } from '../../protocol/contract/plan.ts';
import { branded } from '../../protocol/brand.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { uriKey } from '../../main/derive/index.ts';
import { note, noteUri, openRecords, person, type TestLocker } from '../../main/records/testing.ts';
import type { ServiceReader } from '../../main/store/index.ts';
import { openServiceReaderHere } from '../../main/store/testing.ts';

const english = [{ field: 'language', op: 'eq', value: 'en' }] as const;

function changed(afterSeq: number, limit = 100): ChangedPlan {
  return {
    kind: 'changed',
    scope: {
      datatype: 'social.post',
      conditions: [...english],
      since: null,
      until: null,
      othersPrivate: false,
      appendedBy: null,
    },
    fields: ['id', 'title'],
    afterSeq,
    limit,
  };
}

type Changes = Extract<PlanAnswer, { kind: 'changes' }>;

async function since(reader: ServiceReader, plan: Plan): Promise<Changes> {
  const answer = await reader.read(plan);
  if (answer.kind !== 'changes') throw new Error(answer.kind);
  return answer;
}

/** Which note, and its title or null where it is not in scope or gone. */
function told({ changes }: Changes): (readonly [number, unknown])[] {
  return changes.map(({ key, values }) => {
    const number = Array.from({ length: 20 }, (_, i) => i).find((i) => uriKey(noteUri(i)) === key.ref) ?? -1;
    return [number, values === null ? null : values['title']];
  });
}

const en = (number: number, title = `t${number}`): ReturnType<typeof note> =>
  note(number, { language: 'en', name: title });
const reader = (locker: TestLocker): ServiceReader => openServiceReaderHere(locker.store.file, locker.store.key);

test('changes come in their order: new, changed, out of scope, gone and back', async () => {
  await using locker = await openRecords();
  await using read = reader(locker);
  const empty = await since(read, changed(0));
  expect(empty).toEqual({ kind: 'changes', changes: [], more: false, upTo: 0, complete: true });

  await locker.import('a', [en(1), note(2, { language: 'de' }), person('https://p.example/p'), en(3)]);
  const first = await since(read, changed(0));
  expect(told(first)).toEqual([[1, 't1'], [2, null], [3, 't3']]); // prettier-ignore
  expect(first.upTo).toBe(4);

  await locker.import('a', [en(1), en(3, 'other')]);
  const second = await since(read, changed(first.upTo));
  expect(told(second)).toEqual([[3, 'other']]);

  await locker.records.edit(await locker.idOf(noteUri(1)), { language: 'de' });
  const { undo } = await locker.records.delete([await locker.idOf(noteUri(3))]);
  const third = await since(read, changed(second.upTo));
  expect(told(third)).toEqual([[1, null], [3, null]]); // prettier-ignore

  await locker.records.undoDelete(undo);
  expect(told(await since(read, changed(third.upTo)))).toEqual([[3, 'other']]);
  // Whoever comes from before sees that it was gone in between, too.
  expect(told(await since(read, changed(second.upTo)))).toEqual([[1, null], [3, null], [3, 'other']]); // prettier-ignore
});

test('pages of changes go on after the last one', async () => {
  await using locker = await openRecords();
  await using read = reader(locker);
  await locker.import(
    'a',
    [1, 2, 3, 4, 5].map((number) => en(number)),
  );
  await locker.records.delete([branded<string, 'RecordId'>(await locker.idOf(noteUri(2)))]);
  const seen: number[] = [];
  let after = 0;
  for (let more = true; more;) {
    const page: Changes = await since(read, changed(after, 2));
    expect(page.changes.length).toBeLessThanOrEqual(2);
    seen.push(...told(page).map(([number]) => number));
    after = page.changes.at(-1)?.seq ?? after;
    more = page.more;
  }
  expect(seen).toEqual([1, 3, 4, 5, 2]);
});

test('an edit leaves the day it came as it is; a record without a time of its own has none', async () => {
  await using locker = await openRecords();
  await using read = reader(locker);
  await locker.import('a', [
    en(1),
    en(2),
    note(3, { language: 'en' }, { published: null, timeEstimated: true, publishedText: 'once' }),
  ]);
  const { scope } = changed(0);
  const today = { grant: 'g'.repeat(22), day: Math.floor(Date.now() / 86_400_000) };
  const atSeq = await locker.store.write('gate.aggregateDay', today);
  const day = { kind: 'aggregate', scope, bucket: 'P1D', by: null, minGroup: 1, limit: 10, atSeq } as const;
  const before = await read.read(day);
  expect(before).toMatchObject({ groups: [{ count: 2, by: null }], more: false });
  await locker.records.edit(await locker.idOf(noteUri(1)), { name: 'edited' });
  await locker.records.edit(await locker.idOf(noteUri(3)), { name: 'edited' });
  await locker.import('a', [en(4)]);
  expect(await read.read(day)).toEqual(before);
  const order = { field: 'published', direction: 'desc' } as const;
  const list: Plan = {
    kind: 'list',
    scope,
    words: null,
    fields: ['title', 'published'],
    order,
    after: null,
    limit: 10,
  };
  const answer = await read.read(list);
  const last = answer.kind === 'rows' ? answer.rows.at(-1) : undefined;
  expect(last).toMatchObject({ at: null, values: { title: 'edited' } });
  const { undo } = await locker.records.delete([await locker.idOf(noteUri(3)), await locker.idOf(noteUri(2))]);
  await locker.records.undoDelete(undo);
  const again = await read.read(list);
  expect(again.kind === 'rows' && again.rows.map(({ values }) => values)).toEqual(
    answer.kind === 'rows' && answer.rows.map(({ values }) => values),
  );
});

test.each([
  ['fox', ['content'], [1]],
  ['Fox', ['title'], [2]],
  ['FOX', ['title', 'content'], [2, 1]],
  ['"red fox"', ['content'], [1]],
  ['"fox red"', ['content'], []],
  ['fo', ['content'], []],
  ['東京', ['content'], [3]],
  ['京', ['content'], [3]],
  ['ﾄｳｷｮｳ', ['content'], [3]],
  ['uber', ['content'], [1]],
  ['ภาษา', ['content'], [1]],
  ['alttext', ['title', 'content', 'warning', 'tags'], []],
  ['summer', ['tags'], [2]],
  ['summer fox', ['tags', 'title'], [2]],
  ['summer fox', ['tags', 'content'], []],
] as const)('words %s in %j', async (text, fields, expected) => {
  await using locker = await openRecords();
  await using read = reader(locker);
  await locker.import('a', [
    note(1, { content: '<p>A <b>red</b> fox über ภาษาไทย</p>' }),
    note(2, {
      name: 'The fox',
      content: '',
      tag: [{ type: 'Hashtag', name: '#summer' }],
      attachment: [{ type: 'Image', url: 'https://a.example/i', name: 'alttext' }],
    }),
    note(3, { content: '東京都 トウキョウ' }),
  ]);
  const scope = { ...changed(0).scope, conditions: [] };
  const order = { field: 'published', direction: 'desc' } as const;
  const answer = await read.read({
    kind: 'list',
    scope,
    words: { text, fields: [...fields] },
    fields: ['id'],
    order,
    after: null,
    limit: 10,
  });
  const uris = answer.kind === 'rows' ? answer.rows.map(({ values }) => values['id']) : [];
  expect(uris).toEqual(expected.map(noteUri));
});

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

test.each([
  ['social.post', { to: [PUBLIC] }, true],
  ['social.post', { cc: [PUBLIC] }, true],
  ['social.post', { to: ['https://a.example/users/ann/followers'] }, false],
  ['social.post', { to: ['https://b.example/b'] }, false],
  ['social.post', { to: [] }, false],
  ['social.message', { to: [PUBLIC] }, false],
  ['social.reaction', { to: [PUBLIC] }, true],
  ['social.reaction', {}, false],
  ['social.follow', {}, false],
  ['social.person', {}, true],
  ['label', {}, true],
  ['x-a.example.note', {}, true],
] as const)("another's %s to %j, without others' private records", async (datatype, body, isSeen) => {
  await using locker = await openRecords();
  await using read = reader(locker);
  const others = note(1, { to: [], ...body } as JsonObject, { datatype });
  const mine = note(2, { to: [], ...body } as JsonObject, { datatype, mine: true });
  await locker.import('a', [others, mine]);
  const scope = { ...changed(0).scope, datatype, conditions: [] };
  const count = async (othersPrivate: boolean): Promise<PlanAnswer> =>
    read.read({ kind: 'count', scope: { ...scope, othersPrivate }, words: null });
  expect(await count(false)).toEqual({ kind: 'count', count: isSeen ? 2 : 1 });
  expect(await count(true)).toEqual({ kind: 'count', count: 2 });
});

test('a boost is found by nothing of what it boosts', async () => {
  await using locker = await openRecords();
  await using read = reader(locker);
  const object = {
    id: noteUri(9),
    type: 'Note',
    content: 'fox',
    language: 'de',
    inReplyTo: noteUri(8),
    sensitive: true,
  };
  await locker.import('a', [note(1, { type: 'Announce', object, actor: 'https://b.example/b' })]);
  const count = async (field: string, value: string | boolean): Promise<PlanAnswer> =>
    read.read({ kind: 'count', scope: { ...changed(0).scope, conditions: [{ field, op: 'eq', value }] }, words: null });
  for (const [field, value] of [
    ['language', 'de'],
    ['inReplyTo', noteUri(8)],
    ['sensitive', true],
  ] as const)
    // prettier-ignore
    expect(await count(field, value), field).toEqual({ kind: 'count', count: 0 });
  expect(await count('boostOf', noteUri(9))).toEqual({ kind: 'count', count: 1 });
  expect(
    await read.read({
      kind: 'count',
      scope: { ...changed(0).scope, conditions: [] },
      words: { text: 'fox', fields: ['content'] },
    }),
  ).toEqual({ kind: 'count', count: 0 });
});
