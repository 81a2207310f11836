import { describe, expect, test } from 'vitest';
import { prepareRecord } from '../../../records/index.ts';
import { note, noteUri, person, START } from '../../../records/testing.ts';
import { answered, codeOf, follower, items, told } from '../testing/answers.ts';
import { clause } from '../testing/clauses.ts';
import { openGated, OTHER_GRANT, type GatedLocker } from '../testing/gated-locker.ts';

const EN = [{ field: 'language', op: 'eq' as const, value: 'en' }];

async function withNotes(count: number, parts: Parameters<typeof clause>[0] = {}): Promise<GatedLocker> {
  const gated = await openGated();
  gated.grants.set([clause(parts)]);
  await gated.locker.import(
    'r',
    Array.from({ length: count }, (_, i) => note(i + 1, { language: 'en' })),
  );
  return gated;
}

describe('changes', () => {
  test('first all that is there, then what is new or different, page by page', async () => {
    await using gated = await withNotes(5);
    const { locker } = gated;
    const service = follower(gated, { limit: 2 });
    expect(told(await service.all())).toEqual(['put Note 5', 'put Note 4', 'put Note 3', 'put Note 2', 'put Note 1']);
    expect(await service.all()).toEqual([]);
    await locker.import('r', [note(6), note(2, { content: 'New 2' })]);
    expect(told(await service.all()).sort()).toEqual(['put New 2', 'put Note 6']);
    expect(await service.all()).toEqual([]);
  });

  test('a removal only of what was told, for every reason alike', async () => {
    await using gated = await withNotes(4, { filter: EN, window: { rolling: 'P900D' } });
    const { locker, grants, gate, caller } = gated;
    await locker.import('r', [note(9, { language: 'de' })]);
    const service = follower(gated);
    const puts = await service.all();
    expect(told(puts)).toHaveLength(4);
    const idOf = new Map(puts.map((change) => [told([change])[0]?.slice(4), change.id]));

    await locker.records.delete([await locker.idOf(noteUri(1)), await locker.idOf(noteUri(9))]);
    expect(await service.all()).toEqual([{ kind: 'remove', datatype: 'social.post', id: idOf.get('Note 1') }]);

    await locker.import('r', [note(2, { language: 'de' })]);
    expect(await service.all()).toEqual([{ kind: 'remove', datatype: 'social.post', id: idOf.get('Note 2') }]);

    gated.clock = START + 3 * 60_000 + 900 * 86_400_000 + 1;
    expect(await service.all()).toEqual([{ kind: 'remove', datatype: 'social.post', id: idOf.get('Note 3') }]);

    grants.set([clause({ filter: [...EN, { field: 'author', op: 'eq', value: 'https://b.example/' }] })]);
    expect(await service.all()).toEqual([{ kind: 'remove', datatype: 'social.post', id: idOf.get('Note 4') }]);
    expect(await service.all()).toEqual([]);

    // What comes back is told anew.
    grants.set([clause({ filter: EN })]);
    expect(told(await service.all()).sort()).toEqual(['put Note 3', 'put Note 4']);
    grants.set([clause({ clause_id: 'other' })]);
    const gone = await service.page();
    expect(gone.changes.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
      [`remove ${idOf.get('Note 3') ?? ''}`, `remove ${idOf.get('Note 4') ?? ''}`].sort(),
    );
    const over = await gate.changes(caller, { clause: 'posts', limit: 10, cursor: gone.cursor });
    expect(codeOf(over)).toBe('clause_not_granted');
  });

  test('acceptance 15: an edit to a field outside the clause makes no change event', async () => {
    await using gated = await withNotes(2);
    const { locker } = gated;
    const service = follower(gated);
    await service.all();
    const before = service.cursor;
    await locker.records.edit(await locker.idOf(noteUri(1)), { summary: 'a warning', sensitive: true });
    expect(await service.page()).toEqual({ changes: [], cursor: before, more: false });
    await locker.records.edit(await locker.idOf(noteUri(1)), { content: 'Edited' });
    expect(told(await service.all())).toEqual(['put Edited']);
  });

  test('the order of changes does not tell in which order records were edited where the clause does not cover it', async () => {
    await using gated = await withNotes(1);
    const { locker } = gated;
    const service = follower(gated);
    await service.all();
    const byKey = [2, 3, 4, 5]
      .map((number) => ({ number, ...prepareRecord(note(number)) }))
      .sort((a, b) => a.ref - b.ref)
      .map(({ number }) => number);
    // They come last to first, and the first is touched once more.
    for (const number of byKey.toReversed()) await locker.import('r', [note(number)]);
    await locker.records.edit(await locker.idOf(noteUri(byKey[0] ?? 0)), { summary: 'not covered' });
    expect(told(await service.all())).toEqual(byKey.map((number) => `put Note ${number}`));
  });

  test('a page that got lost is told again, as things are then', async () => {
    await using gated = await withNotes(3);
    const { locker } = gated;
    const service = follower(gated);
    const first = await service.all();
    service.cursor = undefined;
    expect(await service.all()).toEqual(first);
    await locker.records.delete([await locker.idOf(noteUri(3))]);
    service.cursor = undefined;
    expect(told(await service.all())).toEqual(['remove', 'put Note 2', 'put Note 1']);
    service.cursor = undefined;
    expect(told(await service.all())).toEqual(['remove', 'put Note 2', 'put Note 1']);
    expect(told(await service.all())).toEqual([]);
  });

  test('more changes than a page are given one after another, also those that vanish meanwhile', async () => {
    await using gated = await withNotes(1);
    const { locker } = gated;
    const service = follower(gated, { limit: 3 });
    await service.all();
    await locker.import(
      'r',
      [2, 3, 4, 5, 6, 7, 8].map((number) => note(number)),
    );
    await locker.records.delete([await locker.idOf(noteUri(1))]);
    const page = await service.page();
    expect([page.changes.length, page.more]).toEqual([3, true]);
    const left = [2, 3, 4, 5, 6, 7, 8].filter((n) => !told(page.changes).includes(`put Note ${n}`));
    // One of those that have their number already goes before its turn: it was never told, so no removal is.
    const [vanishing = 0] = left;
    await locker.records.delete([await locker.idOf(noteUri(vanishing))]);
    const rest = told(await service.all());
    const expected = left.slice(1).map((n) => `put Note ${n}`);
    if (!told(page.changes).includes('remove')) expected.push('remove');
    expect(rest.sort()).toEqual(expected.sort());
    expect(await service.all()).toEqual([]);
  });

  test('after a restart, and by several streams of one clause', async () => {
    await using gated = await withNotes(3);
    const { locker } = gated;
    const service = follower(gated);
    await service.all();
    await gated.restart();
    const again = follower(gated);
    again.cursor = service.cursor;
    expect(await again.all()).toEqual([]);
    await locker.import('r', [note(4)]);
    await locker.records.delete([await locker.idOf(noteUri(1))]);
    const one = await again.all();
    const other = follower(gated);
    other.cursor = service.cursor;
    expect(await other.all()).toEqual(one);
    expect(told(one).sort()).toEqual(['put Note 4', 'remove']);
  });

  test('all datatypes of a clause in one order, or one alone', async () => {
    await using gated = await openGated();
    const { locker, grants, gate, caller } = gated;
    const datatypes: ['social.post', 'social.person'] = ['social.post', 'social.person'];
    grants.set([clause({ datatypes, fields: ['id', 'published'] })]);
    await locker.import('r', [note(1), person('https://a.example/users/ann'), note(2)]);
    const both = follower(gated, { limit: 2 });
    const all = await both.all();
    expect(all.map(({ datatype }) => datatype)).toEqual(['social.person', 'social.post', 'social.post']);
    const posts = follower(gated, { datatype: 'social.post' });
    expect((await posts.all()).map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id));
    const wrong = { clause: 'posts', limit: 10 };
    expect(codeOf(await gate.changes(caller, { ...wrong, datatype: 'label' }))).toBe('datatype_not_granted');
    expect(codeOf(await gate.changes(caller, { ...wrong, cursor: posts.cursor ?? '' }))).toBe('bad_cursor');
    grants.set([clause({ datatypes: ['social.post'], fields: ['id', 'published'] })]);
    expect(await both.all()).toMatchObject([{ kind: 'remove', datatype: 'social.person' }]);
    expect(await both.all()).toEqual([]);
  });

  test('a clause that becomes an aggregate takes away what it gave', async () => {
    await using gated = await withNotes(2);
    const { grants, gate, caller } = gated;
    const service = follower(gated);
    await service.all();
    grants.set([clause({ privileges: ['aggregate'] })]);
    const page = await service.page();
    expect(told(page.changes)).toEqual(['remove', 'remove']);
    const next = { clause: 'posts', limit: 10, cursor: page.cursor };
    expect(codeOf(await gate.changes(caller, next))).toBe('action_not_granted');
    grants.set([clause({ actions: ['read'] })]);
    expect(codeOf(await gate.changes(caller, next))).toBe('action_not_granted');
  });

  test('a clause that was never followed is refused when it is gone; another contract has its own ledger', async () => {
    await using gated = await withNotes(2);
    const { grants, gate, caller } = gated;
    await follower(gated).all();
    grants.set([clause()], 'active', OTHER_GRANT);
    const other = { gate, caller: { ...caller, grantId: OTHER_GRANT } };
    expect(told(await follower(other).all())).toHaveLength(2);
    expect(codeOf(await gate.changes(caller, { clause: 'nothing', limit: 10 }))).toBe('clause_not_granted');
    expect(codeOf(await gate.changes(caller, { clause: 'posts', limit: 10, cursor: 'AAAA' }))).toBe('bad_cursor');
  });

  test('records without a granted time come in an order that tells nothing', async () => {
    await using gated = await withNotes(5, { fields: ['content'] });
    const byKey = [1, 2, 3, 4, 5]
      .map((number) => ({ number, ...prepareRecord(note(number)) }))
      .sort((a, b) => a.ref - b.ref)
      .map(({ number }) => `put Note ${number}`);
    expect(told(await follower(gated, { limit: 2 }).all())).toEqual(byKey);
    const list = items(await gated.gate.list(gated.caller, 'social.post', { clause: 'posts', limit: 10 }));
    expect(told(list.map(({ id, fields }) => ({ kind: 'put', datatype: 'social.post', id, fields })))).toEqual(byKey);
  });

  test('rows, fields and bytes are logged', async () => {
    await using gated = await withNotes(2);
    const page = answered(await gated.gate.changes(gated.caller, { clause: 'posts', limit: 10 }));
    expect(gated.grants.log).toMatchObject([
      { action: 'subscribe', clause: 'posts', rows: 2, bytes: Buffer.byteLength(page.json), oldest: START + 60_000 },
    ]);
  });
});
