import { expect, test } from 'vitest';
import { ExportedRecord, ExportQuery } from '../../protocol/owner/data.ts';
import { branded, type RecordId } from '../../protocol/brand.ts';
import { note, noteUri, openRecords, recordOf, type TestLocker } from './testing.ts';

async function exported(locker: TestLocker, query: Partial<ExportQuery> = {}): Promise<ExportedRecord[]> {
  const all: ExportedRecord[] = [];
  for await (const one of locker.records.export(ExportQuery.parse(query))) all.push(ExportedRecord.parse(one));
  return all;
}

const ids = (records: readonly ExportedRecord[]): unknown[] => records.map(({ record }) => record['id']);

test('everything, or what a list would show, newest first and with the changes of the owner', async () => {
  await using locker = await openRecords();
  await locker.import(
    'a',
    Array.from({ length: 250 }, (_, i) => note(i)),
  );
  await locker.import('b', [recordOf('activity.search', null, null, { type: 'Search', content: 'fox' })]);
  await locker.records.edit(await locker.idOf(noteUri(249)), { content: '<p>mine now</p>', summary: null });
  const all = await exported(locker);
  expect(all).toHaveLength(251);
  // What tells no time came last.
  expect(all[0]).toMatchObject({ datatype: 'activity.search', published: null, record: { content: 'fox' } });
  expect(ids(all.slice(1))).toEqual(Array.from({ length: 250 }, (_, i) => noteUri(249 - i)));
  expect(all[1]).toMatchObject({ edited: true, record: { type: 'Note', content: '<p>mine now</p>' } });
  expect(ids(await exported(locker, { q: 'Note "17"', datatype: 'social.post' }))).toEqual([noteUri(17)]);
  expect(await exported(locker, { q: '…' })).toEqual([]);
  const [flat] = await exported(locker, { as: 'fields', q: 'mine now' });
  expect(flat?.record).toMatchObject({ id: noteUri(249), content: '<p>mine now</p>', visibility: 'public' });
});

test("a service's own records are found, edited, deleted, brought back and exported like others", async () => {
  await using locker = await openRecords();
  const datatype = 'x-notes.example.entry1A';
  const uri = 'urn:locker:service:notes.example:1';
  const entry = recordOf(datatype, uri, null, {
    title: 'Groceries',
    tags: ['kale', '牛乳'],
    done: false,
    actor: 'https://not.an/actor',
  });
  await locker.import('a', [
    entry,
    note(1, { content: 'kale' }),
    recordOf('x-notes.example.entry', 'urn:x', null, { title: 'kale' }),
  ]);
  const find = async (q: string): Promise<string[]> =>
    (await locker.records.browse({ q, datatype, order: 'newest', limit: 10 })).items.map((row) => row.id);
  const [id = ''] = await find('kale');
  expect(await find('牛乳')).toEqual([id]);
  expect((await locker.records.summary()).byDatatype).toContainEqual({ datatype, count: 1 });
  const record = branded<string, 'RecordId'>(id) as RecordId;
  expect(await locker.records.detail(record)).toMatchObject({
    row: { datatype, uri, author: null, summary: 'Groceries · kale · 牛乳' },
    body: { done: false },
    post: null,
  });
  await locker.records.edit(record, { title: 'Bread', done: true });
  expect(await find('Groceries')).toEqual([]);
  expect(await find('Bread')).toEqual([id]);
  // What the service sends again does not write over it.
  await locker.import('a', [{ ...entry, body: { ...entry.body, title: 'Cheese' } }]);
  await locker.records.settle();
  expect(await find('Bread')).toEqual([id]);

  const { undo } = await locker.records.delete([record]);
  expect(await find('Bread')).toEqual([]);
  await locker.records.undoDelete(undo);
  expect(await find('Bread')).toEqual([id]);
  expect((await exported(locker, { datatype })).map((one) => one.record)).toEqual([
    { title: 'Bread', tags: ['kale', '牛乳'], done: true, actor: 'https://not.an/actor' },
  ]);
  expect((await exported(locker, { datatype, as: 'fields' }))[0]?.record).toMatchObject({ id: uri, title: 'Bread' });
});
