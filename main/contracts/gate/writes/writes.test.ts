import { describe, expect, test } from 'vitest';
import type { Action } from '../../../../protocol/contract/clause.ts';
import type { JsonObject } from '../../../../protocol/json.ts';
import { branded } from '../../../../protocol/brand.ts';
import { recordOf } from '../../../records/testing.ts';
import { answered, codeOf, follower, items } from '../testing/answers.ts';
import { CLIENT, clause, NOTE_DATATYPE } from '../testing/clauses.ts';
import { GRANT, openGated, OTHER_GRANT, type GatedLocker } from '../testing/gated-locker.ts';

const ALL: Action[] = ['read', 'query', 'subscribe', 'append', 'update', 'delete'];
const FIELDS = ['id', 'source', 'published', 'author', 'content', 'language', 'mine', 'visibility'];
const AUTHOR = 'https://newcomer.example/users/me';

async function writing(parts: Parameters<typeof clause>[0] = {}): Promise<GatedLocker> {
  const gated = await openGated();
  gated.grants.set([clause({ actions: ALL, fields: FIELDS, others_private: true, ...parts })]);
  return gated;
}
function post(key: string, fields: JsonObject = {}): { key: string; fields: JsonObject } {
  return {
    key,
    fields: { author: AUTHOR, content: `<p>${key}</p>`, published: '2026-06-01T10:00:00.000Z', ...fields },
  };
}
async function append(gated: GatedLocker, records: ReturnType<typeof post>[], key: string | null = null) {
  return gated.gate.append(gated.caller, 'social.post', 'posts', { records }, key);
}
async function list(gated: GatedLocker, datatype = 'social.post') {
  return items(await gated.gate.list(gated.caller, datatype, { clause: 'posts', limit: 50 }));
}

describe('appending', () => {
  test('flat fields become records of the service, under a run that the owner can take back', async () => {
    await using gated = await writing();
    const { locker, grants } = gated;
    const answer = answered(await append(gated, [post('a', { mine: true }), post('b')]));
    expect(answer.status).toBe(201);
    const { items: appended } = answer.value as { items: { key: string; id: string; added: boolean }[] };
    expect(appended.map(({ key, added }) => [key, added])).toEqual([
      ['a', true],
      ['b', true],
    ]);
    const listed = await list(gated);
    expect(listed.map(({ id }) => id).sort()).toEqual(appended.map(({ id }) => id).sort());
    const a = listed.find(({ fields }) => fields['content'] === '<p>a</p>');
    expect(a?.fields).toMatchObject({
      id: 'urn:locker:service:newcomer.example:a',
      source: CLIENT,
      published: '2026-06-01T10:00:00.000Z',
      author: AUTHOR,
      mine: true,
    });
    expect(grants.log[0]).toMatchObject({
      action: 'append',
      rows: 2,
      fields: ['published', 'author', 'content', 'mine'],
    });
    const run = await locker.store.read('records.run', { id: `service-${GRANT}` });
    expect(run).toMatchObject({ name: 'Newcomer', state: 'done', report: { kind: 'service', added: 2 } });
    expect(await locker.records.undoRun(`service-${GRANT}`)).toEqual({ removed: 2, kept: 0 });
    expect(await list(gated)).toEqual([]);
  });

  test('the same key is the same record, which stays as it is', async () => {
    await using gated = await writing();
    const added = async (...records: ReturnType<typeof post>[]) => {
      const answer = answered(await append(gated, records)).value as { items: { id: string; added: boolean }[] };
      return answer.items;
    };
    const [first] = await added(post('a'));
    const again = await added(post('a', { content: 'other' }), post('b'), post('b', { content: 'twice' }));
    expect(again.map((item) => item.added)).toEqual([false, true, false]);
    expect(again[0]?.id).toBe(first?.id);
    expect((await list(gated)).map(({ fields }) => fields['content']).sort()).toEqual(['<p>a</p>', '<p>b</p>']);
  });

  test('an idempotency key: the same request gives the same bytes and adds nothing; another is refused', async () => {
    await using gated = await writing();
    const first = answered(await append(gated, [post('a')], 'k'));
    const again = answered(await append(gated, [post('a')], 'k'));
    expect(again.json).toBe(first.json);
    expect(codeOf(await append(gated, [post('b')], 'k'))).toBe('key_conflict');
    expect(await list(gated)).toHaveLength(1);
    await gated.restart();
    expect(answered(await append(gated, [post('a')], 'k')).json).toBe(first.json);
  });

  test('what is there from elsewhere under the same address is neither changed nor told of', async () => {
    await using gated = await writing();
    const uri = 'https://newcomer.example/posts/1';
    const body = { id: uri, type: 'Note', attributedTo: AUTHOR, content: 'imported' };
    await gated.locker.import('r', [recordOf('social.post', uri, 0, body)]);
    const { items: appended } = answered(await append(gated, [post('a', { id: uri })])).value as {
      items: { added: boolean }[];
    };
    expect(appended).toMatchObject([{ added: true }]);
    expect((await list(gated)).map(({ fields }) => fields['content']).sort()).toEqual(['<p>a</p>', 'imported']);
  });

  test('what the owner deleted stays away', async () => {
    await using gated = await writing();
    const { locker } = gated;
    answered(await append(gated, [post('a')]));
    const { items: rows } = await locker.records.browse({ order: 'newest', limit: 5 });
    await locker.records.delete(rows.map(({ id }) => branded<string, 'RecordId'>(id)));
    const { items: again } = answered(await append(gated, [post('a')])).value as { items: { added: boolean }[] };
    expect(again).toMatchObject([{ added: false }]);
    expect(await list(gated)).toEqual([]);
  });

  test('is refused outside the clause: action, datatype, field, filter, window', async () => {
    await using gated = await writing();
    const { grants, gate, caller } = gated;
    const tried = async (records: ReturnType<typeof post>[]) => codeOf(await append(gated, records));
    expect(await tried([post('a', { tags: ['x'] })])).toBe('field_not_granted');
    expect(codeOf(await gate.append(caller, 'label', 'posts', { records: [post('a')] }, null))).toBe(
      'datatype_not_granted',
    );
    grants.set([clause({ actions: ['read'] })]);
    expect(await tried([post('a')])).toBe('action_not_granted');
    const filter = [{ field: 'language', op: 'eq' as const, value: 'en' }];
    grants.set([clause({ actions: ALL, fields: FIELDS, filter, window: { since: '2026-01-01T00:00:00Z' } })]);
    expect(await tried([post('a')])).toBe('record_invalid');
    expect(await tried([post('a', { language: 'en', published: '2025-12-31T23:59:59Z' })])).toBe('record_invalid');
    expect(await tried([post('a', { language: 'en' })])).toBe('answered');
    grants.set([clause({ actions: ALL, fields: FIELDS, rate: { rows_per_day: 1 } })]);
    expect(await tried([post('c'), post('d')])).toBe('rate_exceeded');
  });

  test('is refused where the record has not the expected form', async () => {
    await using gated = await writing();
    for (const fields of [
      { id: 'https://elsewhere.example/1' },
      { id: 'https://newcomer.example\\@elsewhere.example/' },
      { id: 5 },
      { source: 'https://elsewhere.example/' },
      { published: 'yesterday' },
      { mine: 'yes' },
      { content: 5 },
    ] as JsonObject[]) {
      expect([fields, codeOf(await append(gated, [post('a', fields)]))]).toEqual([fields, 'record_invalid']);
    }
    expect(gated.faults).toEqual([]);
    expect(await list(gated)).toEqual([]);
  });

  test("a service's own datatype: by its schema", async () => {
    await using gated = await writing({ datatypes: [NOTE_DATATYPE], fields: ['text', 'stars', 'published', 'id'] });
    const add = async (fields: JsonObject) =>
      gated.gate.append(gated.caller, NOTE_DATATYPE, 'posts', { records: [{ key: 'n', fields }] }, null);
    expect(codeOf(await add({ stars: 3 }))).toBe('record_invalid');
    expect(codeOf(await add({ text: 'x', stars: 'many' }))).toBe('record_invalid');
    expect(codeOf(await add({ text: 'x', more: 1 }))).toBe('field_not_granted');
    answered(await add({ text: 'hello world', stars: 3, published: '2026-06-01T10:00:00Z' }));
    expect(await list(gated, NOTE_DATATYPE)).toMatchObject([
      { fields: { text: 'hello world', stars: 3, published: '2026-06-01T10:00:00.000Z' } },
    ]);
  });

  test('is told to those who follow', async () => {
    await using gated = await writing();
    const service = follower(gated);
    await service.all();
    answered(await append(gated, [post('a')]));
    expect(await service.all()).toMatchObject([{ kind: 'put', fields: { content: '<p>a</p>' } }]);
  });
});

describe('changing and deleting', () => {
  async function added(gated: GatedLocker, fields: JsonObject = {}): Promise<string> {
    const answer = answered(await append(gated, [post('a', fields)])).value as { items: { id: string }[] };
    return answer.items[0]?.id ?? '';
  }

  test('fields are replaced or taken away; the rest stays', async () => {
    await using gated = await writing();
    const { gate, caller } = gated;
    const id = await added(gated, { language: 'en', visibility: 'public' });
    const one = answered(await gate.one(caller, 'social.post', id, { clause: 'posts' }));
    const body = { fields: { content: 'new', language: null } };
    const updated = answered(await gate.update(caller, 'social.post', id, 'posts', body, one.etag));
    expect(updated.value).toMatchObject({ id, fields: { content: 'new', author: AUTHOR, visibility: 'public' } });
    expect((updated.value as { fields: object }).fields).not.toHaveProperty('language');
    expect(codeOf(await gate.update(caller, 'social.post', id, 'posts', body, one.etag))).toBe('precondition_failed');
    expect(codeOf(await gate.update(caller, 'social.post', id, 'posts', body, updated.etag))).toBe('answered');
    expect(codeOf(await gate.remove(caller, 'social.post', id, 'posts', one.etag))).toBe('precondition_failed');
    const removed = answered(await gate.remove(caller, 'social.post', id, 'posts', updated.etag));
    expect([removed.status, removed.json]).toEqual([204, '']);
    expect(await list(gated)).toEqual([]);
    expect(codeOf(await gate.remove(caller, 'social.post', id, 'posts', null))).toBe('record_not_found');
  });

  test('only what this service added, and within the clause', async () => {
    await using gated = await writing();
    const { gate, caller, grants, locker } = gated;
    const id = await added(gated);
    const body = { fields: { content: 'new' } };
    await locker.import('r', [
      recordOf('social.post', 'https://a.example/1', 0, { id: 'https://a.example/1', type: 'Note', content: 'x' }),
      // A feed whose address is the client's own is no service.
      recordOf('social.post', 'https://a.example/2', 0, { type: 'Note', content: 'y' }, { source: CLIENT }),
    ]);
    for (const { id: other, fields } of await list(gated)) {
      if (other === id) continue;
      expect([fields['content'], codeOf(await gate.update(caller, 'social.post', other, 'posts', body, null))]).toEqual(
        [fields['content'], 'record_not_found'],
      );
      expect(codeOf(await gate.remove(caller, 'social.post', other, 'posts', null))).toBe('record_not_found');
    }
    grants.set([clause({ actions: ALL, fields: FIELDS })], 'active', OTHER_GRANT, 'https://other.example/client.json');
    const other = { ...caller, grantId: OTHER_GRANT, clientId: 'https://other.example/client.json' };
    const [seen] = items(await gate.list(other, 'social.post', { clause: 'posts', limit: 10 }));
    expect(codeOf(await gate.remove(other, 'social.post', seen?.id ?? '', 'posts', null))).toBe('record_not_found');
    for (const fields of [{ id: 'https://newcomer.example/x' }, { source: 'x' }]) {
      expect(codeOf(await gate.update(caller, 'social.post', id, 'posts', { fields }, null))).toBe('record_invalid');
    }
    expect(codeOf(await gate.update(caller, 'social.post', id, 'posts', { fields: { tags: [] } }, null))).toBe(
      'field_not_granted',
    );
    const filter = [{ field: 'language', op: 'eq' as const, value: 'en' }];
    grants.set([clause({ actions: ALL, fields: FIELDS, filter })]);
    expect(codeOf(await gate.update(caller, 'social.post', id, 'posts', body, null))).toBe('record_not_found');
  });

  test("the owner's own changes stay on top", async () => {
    await using gated = await writing();
    const { gate, caller, locker } = gated;
    const id = await added(gated, { visibility: 'public' });
    const record = await locker.idOf('urn:locker:service:newcomer.example:a');
    await locker.records.edit(record, { content: 'by the owner' });
    answered(await gate.update(caller, 'social.post', id, 'posts', { fields: { content: 'by the service' } }, null));
    await locker.records.settle();
    expect((await list(gated)).map(({ fields }) => fields['content'])).toEqual(['by the owner']);
    await locker.records.edit(record, {});
    expect((await list(gated)).map(({ fields }) => fields['content'])).toEqual(['by the service']);
  });
});
