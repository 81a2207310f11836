import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branded } from '../../protocol/brand.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { OWNER_ACTOR } from '../../protocol/record.ts';
import { prepareRecord } from './index.ts';
import { LockerError } from '../../protocol/errors.ts';
import { checkSearchIndex, integrityOf } from '../store/testing.ts';
import { ME, START, follow, note, noteUri, openRecords, person, recordOf, type TestLocker } from './testing.ts';

const RUNS = process.env['SOAK'] === '1' ? 300 : 6;

const number = fc.integer({ min: 0, max: 9 });
const authors = ['https://a.example/users/ann', 'https://b.example/users/bob', ME];
const body = fc.record(
  {
    content: fc.constantFrom('words here', '東京の話', 'other words'),
    attributedTo: fc.constantFrom<JsonObject | string>(...authors, {
      id: authors[1] ?? '',
      type: 'Person',
      name: 'Bob',
      alsoKnownAs: [authors[0] ?? ''],
    }),
    inReplyTo: number.map(noteUri),
    quote: number.map(noteUri),
    likes: fc.nat(9).map((totalItems) => ({ totalItems })),
    tag: fc.constantFrom([], [{ type: 'Mention', href: ME }]),
  },
  { requiredKeys: ['content'] },
);

type Step = (locker: TestLocker) => Promise<unknown>;

async function withNote(
  locker: TestLocker,
  of: number,
  act: (id: ReturnType<typeof branded<string, 'RecordId'>>) => Promise<unknown>,
): Promise<void> {
  const { items } = await locker.records.browse({ order: 'newest', limit: 200, datatype: 'social.post' });
  const row = items[of % Math.max(1, items.length)];
  if (row !== undefined) await act(branded<string, 'RecordId'>(row.id));
}

const run = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(run, fc.array(fc.tuple(number, body), { minLength: 1, maxLength: 5 })).map(
    ([name, notes]): Step =>
      (locker) =>
        locker.import(
          name,
          notes.map(([of, members]) => note(of, structuredClone<object>(members) as JsonObject)),
        ),
  ),
  run.map(
    (name): Step =>
      (locker) =>
        locker.import(name, [
          person(authors[0] ?? '', { alsoKnownAs: [authors[1] ?? ''] }),
          follow(ME, authors[0] ?? '', true),
          recordOf('social.profile', ME, START, { id: ME, type: 'Person' }, { mine: true }),
        ]),
  ),
  run.map(
    (name): Step =>
      (locker) =>
        locker.records.undoRun(name),
  ),
  number.map(
    (of): Step =>
      (locker) =>
        withNote(locker, of, (id) => locker.records.delete([id])),
  ),
  number.map(
    (of): Step =>
      (locker) =>
        withNote(locker, of, async (id) => locker.records.undoDelete((await locker.records.delete([id])).undo)),
  ),
  fc.tuple(number, fc.constantFrom('like', 'hide', 'mute')).map(
    ([of, act]): Step =>
      (locker) =>
        withNote(locker, of, (id) => locker.records.act(act, id)),
  ),
  number.map(
    (of): Step =>
      (locker) =>
        withNote(locker, of, (id) => locker.records.edit(id, { content: 'edited words' })),
  ),
  number.map(
    (of): Step =>
      (locker) =>
        withNote(locker, of, (id) => locker.records.edit(id, {})),
  ),
);

/** What follows from the records that are there, and from nothing else. */
async function facts(locker: TestLocker): Promise<unknown> {
  await locker.records.settle();
  const window = { maxItems: 1000, maxAgeMs: null, now: START };
  const { posts, authors: rows } = await locker.store.read('feedColumns.load', window);
  const { ref, author, replyToRef, quoteOfRef, likes } = posts.f64;
  return {
    posts: Array.from(ref, (key, i) => [
      key, author[i], replyToRef[i], quoteOfRef[i], likes[i], posts.u8.acts[i],
    ]), // prettier-ignore
    authors: rows
      .map(({ key, name, iFollow, muted, medianEngagement }) => [key, name, iFollow, muted, medianEngagement])
      .sort((x, y) => Number(x[0]) - Number(y[0])),
    ...(await locker.records.summary()),
  };
}

/** A locker that was given the records of another at once. */
async function retold(locker: TestLocker, into: TestLocker): Promise<void> {
  const { items } = await locker.records.browse({ order: 'newest', limit: 200 });
  const records = [];
  const edits: [string, JsonObject][] = [];
  for (const { id, datatype, uri, source, published, mine } of items) {
    const { body, overlay } = await locker.records.detail(branded<string, 'RecordId'>(id));
    const record = recordOf(datatype, uri, published, body, { source, mine });
    if (source === OWNER_ACTOR) await into.store.write('records.act', { records: [prepareRecord(record)] });
    else records.push(record);
    if (overlay !== null) edits.push([uri ?? '', overlay]);
  }
  await into.import('all', records);
  for (const [uri, overlay] of edits) await into.records.edit(await into.idOf(uri), overlay);
}

test('after any changes the locker is as if it had been given what is left at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await using locker = await openRecords();
      for (const one of steps) {
        try {
          await one(locker);
        } catch (error) {
          if (!(error instanceof LockerError) || !['import_not_found', 'bad_request'].includes(error.code)) throw error;
        }
      }
      await using other = await openRecords();
      await retold(locker, other);
      expect(await facts(locker)).toEqual(await facts(other));
      checkSearchIndex(locker.store.file, locker.store.key);
      expect(integrityOf(locker.store.file, locker.store.key)).toBe('ok');
    }),
    { numRuns: RUNS },
  );
}, 600_000);
