import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clause } from '../../protocol/contract/clause.ts';
import { ClauseLimit } from '../../protocol/contract/offer.ts';
import {
  draftFrom,
  draftsFrom,
  limitFrom,
  limitsFrom,
  periodsFor,
  privilegesFor,
  sameLimits,
  type ClauseDraft,
} from './limits.ts';

const ZONE = 'Europe/Berlin';
const clause = Clause.parse({
  type: 'urn:locker:clause:v1',
  clause_id: 'posts',
  actions: ['read', 'query', 'subscribe'],
  datatypes: ['social.post', 'social.follow'],
  fields: ['content', 'published', 'tags', 'url'],
  window: { rolling: 'P90D' },
  privileges: ['pseudonymous'],
  others_private: true,
  necessity: 'optional',
  purpose: ['ServicePersonalisation'],
  purpose_text: { en: { short: 'A warm start' } },
});
const untouched = draftFrom(clause, undefined, ZONE);
const limit = (changes: Partial<ClauseDraft>) => limitFrom(clause, { ...untouched, ...changes }, undefined, ZONE);

describe('a limit from the controls', () => {
  test('takes nothing away where nothing was moved', () => {
    expect(limit({})).toBeNull();
  });
  test('keeps the fields that stay', () => {
    expect(limit({ fields: ['content', 'url'] })).toEqual({
      clause_id: 'posts',
      off: false,
      fields: ['content', 'url'],
    });
  });
  test('is off, and remembers what else was set', () => {
    expect(limit({ on: false, rolling: 'P7D' })).toEqual({ clause_id: 'posts', off: true, window: { rolling: 'P7D' } });
  });
  test('days begin and end in the owner’s time zone', () => {
    expect(limit({ since: '2026-07-01', until: '2026-12-31' })).toMatchObject({
      window: { since: '2026-06-30T22:00:00.000Z' },
      until: '2026-12-31T23:00:00.000Z',
    });
  });
  test('level of detail, rates and others’ private records', () => {
    expect(limit({ privilege: 'aggregate', rowsPerDay: 100, perHour: 0, othersPrivate: false })).toEqual({
      clause_id: 'posts',
      off: false,
      privileges: ['aggregate'],
      rows_per_day: 100,
      per_hour: 0,
      no_others_private: true,
    });
  });
});

describe('controls from a limit', () => {
  const before = ClauseLimit.parse({
    clause_id: 'posts',
    filter: [{ field: 'published', op: 'gte', value: '2026-01-01T00:00:00Z' }],
    max_items: 20,
    bytes_per_day: 5000,
    window: { since: '2026-03-05T13:14:15Z', until: '2026-09-01T00:00:00Z' },
    until: '2026-11-25T10:00:00Z',
  });
  test('what has no control, and moments within a day, stay as they were', () => {
    expect(limitFrom(clause, draftFrom(clause, before, ZONE), before, ZONE)).toEqual(before);
  });
  test('another day is another moment', () => {
    const draft = { ...draftFrom(clause, before, ZONE), since: '2026-03-06' };
    expect(limitFrom(clause, draft, before, ZONE)?.window).toEqual({
      since: '2026-03-05T23:00:00.000Z',
      until: '2026-09-01T00:00:00Z',
    });
  });
  test('a field that the clause no longer names is not brought back', () => {
    const draft = draftFrom(clause, ClauseLimit.parse({ clause_id: 'posts', fields: ['content', 'likes'] }), ZONE);
    expect(draft.fields).toEqual(['content']);
  });
  test('every limit the controls can make comes back as it was', () => {
    const day = fc
      .date({ min: new Date('2015-01-02'), max: new Date('2035-12-30'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(
        fc.record({
          on: fc.boolean(),
          fields: fc.subarray([...clause.fields], { minLength: 1 }),
          actions: fc.subarray([...clause.actions], { minLength: 1 }),
          datatypes: fc.subarray([...clause.datatypes], { minLength: 1 }),
          rolling: fc.constantFrom('', 'P1D', 'P30D'),
          since: fc.oneof(fc.constant(''), day),
          privilege: fc.constantFrom('pseudonymous' as const, 'aggregate' as const),
          rowsPerDay: fc.option(fc.nat(1000)),
          perHour: fc.option(fc.nat(1000)),
          until: fc.oneof(fc.constant(''), day),
          othersPrivate: fc.boolean(),
        }),
        fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati', 'UTC'),
        (draft, zone) => {
          const made = limitFrom(clause, draft, undefined, zone);
          if (made !== null) ClauseLimit.parse(made);
          expect(draftFrom(clause, made ?? undefined, zone)).toEqual(draft);
        },
      ),
    );
  });
});

test('limits of clauses that are not shown stay', () => {
  const other = ClauseLimit.parse({ clause_id: 'other', off: true });
  const drafts = draftsFrom([clause], [other], ZONE);
  expect(limitsFrom([clause], drafts, [other], ZONE)).toEqual([other]);
});

test('only what is narrower than the clause is offered', () => {
  expect(periodsFor(clause, '')).toEqual(['P1D', 'P7D', 'P30D']);
  expect(periodsFor(clause, 'PT6H')).toEqual(['PT6H', 'P1D', 'P7D', 'P30D']);
  expect(periodsFor(Clause.parse({ ...clause, window: {} }), '')).toHaveLength(5);
  expect(privilegesFor(clause)).toEqual(['pseudonymous', 'aggregate']);
});

test('the order of limits and of their parts says nothing', () => {
  const a = ClauseLimit.parse({ clause_id: 'a', per_hour: 3, rows_per_day: 4 });
  const again = ClauseLimit.parse({ rows_per_day: 4, per_hour: 3, clause_id: 'a' });
  const b = ClauseLimit.parse({ clause_id: 'b', off: true });
  expect(sameLimits([a, b], [b, again])).toBe(true);
  expect(sameLimits([a], [b])).toBe(false);
});
