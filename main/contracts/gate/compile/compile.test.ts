import { describe, expect, test } from 'vitest';
import { uriKey } from '../../../derive/index.ts';
import { held, NOTE_DATATYPE } from '../testing/clauses.ts';
import { compileCount, compileList, compileOne, compileOwn, compileStream } from './compile.ts';
import { clauseStanding, grantStanding } from './standing.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import type { Action } from '../../../../protocol/contract/clause.ts';
import type { GrantView } from '../../../../protocol/contract/grant.ts';

const NOW = Date.UTC(2026, 5, 15, 12);
const DAY = 86_400_000;
const LIST = { clause: 'posts', limit: 50 };

function list(parts: Parameters<typeof held>[0], query: object = {}, datatype: AnyDatatype = 'social.post') {
  return compileList(held(parts), datatype, { ...LIST, ...query }, NOW);
}
function filter(...conditions: object[]): { filter: string } {
  return { filter: JSON.stringify(conditions) };
}

describe('what a clause lacks is refused, naming the clause', () => {
  test('a field that one record is asked for by, and a clause with no field of the datatype', () => {
    const id = held().names.recordId({ ref: 5, identity: 6 });
    const refused = { refused: 'field_not_granted' };
    expect(compileOne(held(), 'social.post', id, { ...LIST, fields: 'tags' }, NOW)).toMatchObject(refused);
    // `tags` is a field of posts alone.
    const parts = { fields: ['tags'], datatypes: ['social.follow' as const] };
    expect(compileStream(held(parts), 'social.follow', NOW)).toMatchObject(refused);
    expect(compileOne(held(parts), 'social.follow', id, LIST, NOW)).toMatchObject(refused);
  });

  test('a pseudonym that is no text is refused; one that nobody has finds nobody', () => {
    const parts = { privileges: ['pseudonymous'] as ['pseudonymous'] };
    const by = (value: unknown) => list(parts, filter({ field: 'author', op: 'eq', value }));
    expect(by(5)).toMatchObject({ refused: 'filter_invalid' });
    expect(by('someone')).toMatchObject({ plan: { scope: { conditions: [{ field: 'author', value: -1 }] } } });
  });

  test('action, datatype, field', () => {
    expect(list({ actions: ['read'] })).toMatchObject({ refused: 'action_not_granted' });
    expect(list({}, {}, 'social.message')).toMatchObject({ refused: 'datatype_not_granted' });
    const refused = list({}, { fields: 'content,tags' });
    expect(refused).toMatchObject({ refused: 'field_not_granted' });
    expect(refused).toMatchObject({ detail: expect.stringContaining('posts: tags; ask for it') });
    expect(compileOne(held({ actions: ['query'] }), 'social.post', 'x', LIST, NOW)).toMatchObject({
      refused: 'action_not_granted',
    });
    expect(compileCount(held({ actions: ['read'] }), 'social.post', LIST, NOW)).toMatchObject({
      refused: 'action_not_granted',
    });
    expect(compileStream(held({ actions: ['read'] }), 'social.post', NOW)).toMatchObject({
      refused: 'action_not_granted',
    });
  });

  test('a field that is unknown, of another datatype, limited away or withheld is refused alike', () => {
    const names = ['nothing', 'handle', 'tags'];
    const details = names.map((name) => list({ fields: ['content', 'handle'] }, { fields: name }));
    for (const [i, refused] of details.entries()) {
      expect(refused).toEqual({
        refused: 'field_not_granted',
        detail: `posts: ${names[i] ?? ''}; ask for it with grant_management_action=merge`,
      });
    }
    expect(list({ privileges: ['pseudonymous'] }, { fields: 'url' })).toMatchObject({
      refused: 'field_not_granted',
    });
  });

  test('acceptance 3: a filter on a field not granted is refused', () => {
    const asked = filter({ field: 'visibility', op: 'eq', value: 'public' });
    expect(list({}, asked)).toMatchObject({ refused: 'field_not_granted' });
    expect(compileCount(held(), 'social.post', { clause: 'posts', ...asked }, NOW)).toMatchObject({
      refused: 'field_not_granted',
    });
    expect(list({}, { order: 'visibility' })).toMatchObject({ refused: 'field_not_granted' });
    expect(list({ fields: ['author', 'published'] }, { q: 'cat' })).toMatchObject({ refused: 'field_not_granted' });
  });

  test('a clause without any field that may be released', () => {
    expect(list({ fields: ['url'], privileges: ['pseudonymous'] })).toMatchObject({ refused: 'field_not_granted' });
    expect(list({ fields: ['handle'] })).toMatchObject({ refused: 'field_not_granted' });
  });

  test("a clause's own condition on a time is compared as one", () => {
    const own = [{ field: 'published', op: 'gte' as const, value: '2026-01-01T00:00:00Z' }];
    expect(list({ filter: own })).toMatchObject({
      plan: { scope: { conditions: [{ field: 'published', op: 'gte', value: Date.UTC(2026, 0, 1) }] } },
    });
  });

  test('a service-owned datatype that nobody brought has no fields', () => {
    const parts = { datatypes: ['x-other.example.thing' as const], fields: ['text', 'published'] };
    // Nor may it be counted by a condition that nobody can apply.
    const conditioned = { ...parts, filter: [{ field: 'text', op: 'eq' as const, value: 'x' }] };
    expect(compileCount(held(conditioned), 'x-other.example.thing', { clause: 'posts' }, NOW)).toMatchObject({
      refused: 'filter_invalid',
    });
    expect(list(parts, {}, 'x-other.example.thing')).toMatchObject({ refused: 'field_not_granted' });
  });
});

describe('keys', () => {
  test('must be indexed', () => {
    expect(list({}, filter({ field: 'content', op: 'eq', value: 'x' }))).toMatchObject({ refused: 'filter_invalid' });
    expect(list({}, { order: 'content' })).toMatchObject({ refused: 'filter_invalid' });
    expect(list({ fields: ['updated'] }, { order: '-updated' })).toMatchObject({ refused: 'filter_invalid' });
  });

  test('times become milliseconds, and nothing but numbers and times is ordered', () => {
    const asked = filter(
      { field: 'published', op: 'gte', value: '2026-01-01T00:00:00Z' },
      { field: 'language', op: 'in', value: ['en', 'de'] },
    );
    expect(list({}, asked)).toMatchObject({
      plan: {
        scope: {
          conditions: [
            { field: 'published', op: 'gte', value: Date.UTC(2026, 0, 1) },
            { field: 'language', op: 'in', value: ['en', 'de'] },
          ],
        },
      },
    });
    for (const wrong of [
      { field: 'language', op: 'gte', value: 'a' },
      { field: 'author', op: 'lte', value: 'https://a.example/' },
      { field: 'published', op: 'gte', value: 'yesterday' },
      { field: 'published', op: 'eq', value: 5 },
      { field: 'published', op: 'in', value: ['2026-01-01T00:00:00Z', 'x'] },
      { field: 'author', op: 'eq', value: 5 },
      { field: 'author', op: 'in', value: ['https://a.example/', 5] },
      { field: 'language', op: 'like', value: 'e%' },
      { field: 'language', op: 'in', value: [] },
      { field: 'language', op: 'eq', value: 'en', also: 1 },
    ]) {
      expect(list({}, filter(wrong))).toMatchObject({ refused: 'filter_invalid' });
    }
    for (const text of ['', '{', '{}', '"x"', 'null', '[1]']) {
      expect(list({}, { filter: text })).toMatchObject({ refused: 'filter_invalid' });
    }
  });

  test("the clause's own conditions stand before the request's, also on fields that aren't released", () => {
    const parts = { filter: [{ field: 'visibility', op: 'eq' as const, value: 'public' }] };
    expect(list(parts, filter({ field: 'language', op: 'eq', value: 'en' }))).toMatchObject({
      plan: { scope: { conditions: [{ field: 'visibility' }, { field: 'language' }] } },
    });
  });

  test('a clause whose own condition cannot be applied releases nothing', () => {
    for (const condition of [
      { field: 'content', op: 'eq' as const, value: 'x' },
      { field: 'nothing', op: 'eq' as const, value: 'x' },
      { field: 'published', op: 'gte' as const, value: 'soon' },
      { field: 'language', op: 'gte' as const, value: 'a' },
    ]) {
      const actions: Action[] = ['read', 'query', 'subscribe', 'update'];
      const parts = { filter: [condition], actions };
      const id = held().names.recordId({ ref: 1, identity: 2 });
      expect(list(parts)).toMatchObject({ refused: 'filter_invalid' });
      expect(compileOne(held(parts), 'social.post', id, LIST, NOW)).toMatchObject({ refused: 'filter_invalid' });
      expect(compileOwn(held(parts), 'update', 'social.post', id, NOW)).toMatchObject({ refused: 'filter_invalid' });
      expect(compileStream(held(parts), 'social.post', NOW)).toMatchObject({ refused: 'filter_invalid' });
      expect(compileCount(held(parts), 'social.post', LIST, NOW)).toMatchObject({ refused: 'filter_invalid' });
    }
  });

  test('a service-owned datatype: what its offer calls indexed', () => {
    const parts = { datatypes: [NOTE_DATATYPE], fields: ['text', 'stars', 'published'] } as Parameters<typeof held>[0];
    expect(list(parts, filter({ field: 'stars', op: 'gte', value: 3 }), NOTE_DATATYPE)).toMatchObject({
      plan: { fields: ['text', 'stars', 'published'], scope: { conditions: [{ field: 'stars', value: 3 }] } },
    });
    expect(list(parts, { order: 'text' }, NOTE_DATATYPE)).toMatchObject({ refused: 'filter_invalid' });
    expect(list(parts, { q: 'cat' }, NOTE_DATATYPE)).toMatchObject({
      plan: { words: { text: 'cat', fields: ['text'] } },
    });
  });
});

describe('rows, order, pages', () => {
  test('windows: all parts hold, and depend on nothing but now', () => {
    const window = { since: '2026-01-01T00:00:00Z', until: '2026-06-15T00:00:00Z', rolling: 'P90D' };
    expect(list({ window })).toMatchObject({
      plan: { scope: { since: NOW - 90 * DAY, until: Date.UTC(2026, 5, 15) } },
    });
    expect(list({ window: { since: '2026-06-01T00:00:00Z', rolling: 'PT6H' } })).toMatchObject({
      plan: { scope: { since: NOW - DAY / 4, until: null } },
    });
    expect(list({ window: { since: '2026-06-15T11:00:00Z', rolling: 'PT6H' } })).toMatchObject({
      plan: { scope: { since: NOW - 3_600_000 } },
    });
    expect(list({})).toMatchObject({ plan: { scope: { since: null, until: null } } });
  });

  test('words are looked for in the granted text fields only', () => {
    expect(list({ fields: ['content', 'published'] }, { q: 'cat' })).toMatchObject({
      plan: { words: { text: 'cat', fields: ['content'] } },
    });
    expect(list({ fields: ['content', 'title', 'published'], privileges: ['pseudonymous'] }, { q: 'a' })).toMatchObject(
      {
        plan: { words: { fields: ['title', 'content'] } },
      },
    );
  });

  test('order: newest first, else one that tells nothing, else as asked', () => {
    expect(list({})).toMatchObject({ plan: { order: { field: 'published', direction: 'desc' } } });
    expect(list({ fields: ['content'] })).toMatchObject({ plan: { order: null } });
    expect(list({}, { order: 'language' })).toMatchObject({ plan: { order: { field: 'language', direction: 'asc' } } });
    expect(list({}, { order: '-author' })).toMatchObject({ plan: { order: { field: 'author', direction: 'desc' } } });
    expect(list({ privileges: ['pseudonymous'] }, { order: 'author' })).toMatchObject({ refused: 'filter_invalid' });
    expect(list({ fields: ['content'] }, { order: '-published' })).toMatchObject({ refused: 'field_not_granted' });
  });

  test('released fields keep the order of the datatype, named once', () => {
    expect(list({}, { fields: 'content,author,content' })).toMatchObject({ fields: ['author', 'content'] });
  });

  test('no more rows than the clause allows', () => {
    expect(list({ granularity: { max_items: 10 } })).toMatchObject({ plan: { limit: 10 } });
    expect(list({ granularity: { max_items: 100 } })).toMatchObject({ plan: { limit: 50 } });
  });

  test('a page marker holds for its contract, clause, datatype and query', () => {
    const key = { ref: 5, identity: 6 };
    const first = list({});
    if (!('markerFor' in first)) throw new Error(first.refused);
    const cursor = held().names.seal(first.markerFor, [NOW, key.ref, key.identity]);
    expect(list({}, { cursor })).toMatchObject({ plan: { after: { value: NOW, key } } });
    expect(list({}, { cursor, limit: 7, fields: 'content' })).toMatchObject({ plan: { after: { key } } });
    const refused = { refused: 'bad_cursor' };
    expect(list({}, { cursor, order: 'published' })).toMatchObject(refused);
    expect(list({}, { cursor, q: 'cat' })).toMatchObject(refused);
    expect(list({}, { cursor, ...filter() })).toMatchObject(refused);
    expect(list({ clause_id: 'other' }, { cursor })).toMatchObject(refused);
    const other = held({}, Buffer.alloc(32, 8));
    expect(compileList(other, 'social.post', { ...LIST, cursor }, NOW)).toMatchObject(refused);
    expect(list({}, { cursor: 'AAAA' })).toMatchObject(refused);
    const wrong = held().names.seal(first.markerFor, { value: 1 });
    expect(list({}, { cursor: wrong })).toMatchObject(refused);
  });

  test('an id of another contract is as unknown as none', () => {
    const id = held({}, Buffer.alloc(32, 8)).names.recordId({ ref: 5, identity: 6 });
    const refused = { refused: 'record_not_found', detail: 'record' };
    expect(compileOne(held(), 'social.post', id, LIST, NOW)).toEqual(refused);
    expect(compileOne(held(), 'social.post', '00', LIST, NOW)).toEqual(refused);
    const own = held().names.recordId({ ref: 5, identity: 6 });
    expect(compileOne(held(), 'social.post', own, LIST, NOW)).toMatchObject({ plan: { key: { ref: 5, identity: 6 } } });
  });

  test('what a service changes or deletes is only what it added', () => {
    const all = held({ actions: ['update', 'delete'] });
    const id = all.names.recordId({ ref: 5, identity: 6 });
    for (const action of ['update', 'delete'] as const) {
      expect(compileOwn(all, action, 'social.post', id, NOW)).toMatchObject({
        plan: { scope: { appendedBy: all.clientId } },
      });
      expect(compileOwn(held(), action, 'social.post', id, NOW)).toMatchObject({ refused: 'action_not_granted' });
      expect(compileOwn(all, action, 'social.post', '0', NOW)).toMatchObject({ refused: 'record_not_found' });
      const none = held({ actions: ['update', 'delete'], fields: ['handle'] });
      expect(compileOwn(none, action, 'social.post', id, NOW)).toMatchObject({ refused: 'field_not_granted' });
    }
  });
});

describe('privileges', () => {
  test('pseudonymous: links and media are withheld, pseudonyms are filtered by their keys', () => {
    const parts = { privileges: ['pseudonymous'] as ['pseudonymous'], fields: ['author', 'url', 'media', 'handle'] };
    expect(list(parts)).toMatchObject({ fields: ['author'] });
    const ann = 'https://a.example/users/ann';
    const { names } = held();
    const asked = filter(
      { field: 'author', op: 'eq', value: names.pseudonym('address', uriKey(ann)) },
      { field: 'author', op: 'in', value: ['f'.repeat(32), ann, names.pseudonym('handle', 5)] },
    );
    expect(list(parts, asked)).toMatchObject({
      plan: {
        scope: {
          conditions: [
            { field: 'author', op: 'eq', value: uriKey(ann) },
            { field: 'author', op: 'in', value: [-1, -1, -1] },
          ],
        },
      },
    });
    expect(list(parts, filter({ field: 'author', op: 'gte', value: 'x' }))).toMatchObject({
      refused: 'filter_invalid',
    });
    expect(list(parts, filter({ field: 'author', op: 'eq', value: 7 }))).toMatchObject({ refused: 'filter_invalid' });
    const persons = { ...parts, datatypes: ['social.person'] as ['social.person'] };
    const handle = filter({ field: 'handle', op: 'eq', value: names.pseudonym('handle', 5) });
    expect(list(persons, handle, 'social.person')).toMatchObject({
      plan: { scope: { conditions: [{ field: 'handle', value: 5 }] } },
    });
  });

  test('aggregate: nothing but the aggregate', () => {
    const all = ['read', 'query', 'subscribe', 'append', 'update', 'delete'] as const;
    const parts = { privileges: ['aggregate'] as ['aggregate'], actions: [...all] };
    const id = held().names.recordId({ ref: 5, identity: 6 });
    const refused = { refused: 'action_not_granted' };
    expect(list(parts)).toMatchObject(refused);
    expect(compileOne(held(parts), 'social.post', id, LIST, NOW)).toMatchObject(refused);
    expect(compileCount(held(parts), 'social.post', LIST, NOW)).toMatchObject(refused);
    expect(compileStream(held(parts), 'social.post', NOW)).toMatchObject(refused);
  });
});

describe('standing', () => {
  const view: GrantView = {
    grant_id: 'A'.repeat(22),
    client_id: held().clientId,
    state: 'active',
    revision: 1,
    offer: { id: 'o', version: 1, digest: 'd'.repeat(43) },
    since: '2026-01-01T00:00:00Z',
    authorization_details: [held().clause],
  };

  test('a contract that is over or paused', () => {
    expect(grantStanding(view)).toBeNull();
    expect(grantStanding({ ...view, state: 'paused' })).toMatchObject({ refused: 'paused' });
    expect(grantStanding({ ...view, state: 'withdrawn' })).toMatchObject({ refused: 'grant_over' });
    expect(grantStanding({ ...view, state: 'expired' })).toMatchObject({ refused: 'grant_over' });
  });

  test('a clause that is unknown, not yet or no longer in force', () => {
    const at = (validity: object) => {
      const clauses = [held({ validity: { renewal: 'none', ...validity } }).clause];
      return clauseStanding({ ...view, authorization_details: clauses }, 'posts', NOW);
    };
    expect(clauseStanding(view, 'nothing', NOW)).toMatchObject({ refused: 'clause_not_granted' });
    expect(at({})).toMatchObject({ clause_id: 'posts' });
    expect(at({ from: '2026-06-15T12:00:00Z', until: '2026-06-15T12:00:01Z' })).toMatchObject({ clause_id: 'posts' });
    expect(at({ from: '2026-06-15T12:00:01Z' })).toMatchObject({ refused: 'clause_expired' });
    expect(at({ until: '2026-06-15T12:00:00Z' })).toMatchObject({ refused: 'clause_expired' });
  });
});
