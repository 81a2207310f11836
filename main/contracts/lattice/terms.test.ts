import { describe, expect, test } from 'vitest';
import type { Clause, Condition } from '../../../protocol/contract/clause.ts';
import { diff, leq, meet } from '../index.ts';
import { clauseOf } from './testing.ts';

type Terms = Partial<Clause>;

/** Both orders give the same; null where nothing is granted. */
function met(a: Terms, b: Terms): Clause | null {
  const both = meet(clauseOf(a), clauseOf(b));
  expect(meet(clauseOf(b), clauseOf(a))).toEqual(both);
  return both;
}

describe('sets', () => {
  test.each([
    ['actions', ['read', 'query'], ['append', 'query'], ['query']],
    ['datatypes', ['social.post', 'social.follow'], ['social.follow'], ['social.follow']],
    ['fields', ['content', 'author'], ['title', 'author', 'content'], ['author', 'content']],
    ['purpose', ['Advertising', 'ServiceProvision'], ['ServiceProvision'], ['ServiceProvision']],
    ['recipients', ['Ads Ltd', 'Host Ltd'], ['Host Ltd'], ['Host Ltd']],
    ['recipients', ['Ads Ltd'], ['Host Ltd'], []],
  ] as const)('%s: what both have', (term, a, b, expected) => {
    expect(met({ [term]: [...a] }, { [term]: [...b] })?.[term]).toEqual(expected);
  });

  test.each([
    ['actions', ['read'], ['append']],
    ['datatypes', ['social.post'], ['social.follow']],
    ['fields', ['content'], ['author']],
    ['purpose', ['Advertising'], ['ServiceProvision']],
  ] as const)('%s without anything in common: the clause is gone', (term, a, b) => {
    expect(met({ [term]: [...a] }, { [term]: [...b] })).toBeNull();
  });
});

describe('filter', () => {
  function both(a: Condition[], b: Condition[]): Condition[] | undefined {
    return met({ filter: a }, { filter: b })?.filter;
  }
  const language = (...value: string[]): Condition => ({ field: 'language', op: 'in', value });
  const at = (op: 'gte' | 'lte', value: string | number): Condition => ({ field: 'published', op, value });

  test('conditions on different fields are all kept, by field', () => {
    const mine: Condition = { field: 'mine', op: 'eq', value: true };
    expect(both([mine], [language('en', 'de')])).toEqual([language('de', 'en'), mine]);
  });
  test('sets intersect; one value is eq', () => {
    expect(both([language('en', 'de')], [language('de', 'fr')])).toEqual([
      { field: 'language', op: 'eq', value: 'de' },
    ]);
    expect(both([language('en')], [{ field: 'language', op: 'eq', value: 'en' }])).toHaveLength(1);
  });
  test('values of different kinds are different', () => {
    expect(both([{ field: 'kind', op: 'eq', value: '1' }], [{ field: 'kind', op: 'eq', value: 1 }])).toBeUndefined();
  });
  test('contradictions leave nothing', () => {
    expect(both([language('en')], [language('fr')])).toBeUndefined();
    expect(both([at('gte', 5)], [at('lte', 4)])).toBeUndefined();
    expect(both([at('gte', 5)], [at('gte', '2026-01-01T00:00:00Z')])).toBeUndefined();
    expect(both([at('gte', 5)], [at('lte', '2026-01-01T00:00:00Z')])).toBeUndefined();
    expect(both([at('gte', 'later')], [])).toBeUndefined();
    expect(both([language('en')], [{ field: 'language', op: 'gte', value: 3 }])).toBeUndefined();
  });
  test('bounds tighten', () => {
    expect(both([at('gte', 1), at('lte', 9)], [at('gte', 3), at('lte', 20)])).toEqual([at('gte', 3), at('lte', 9)]);
    expect(both([at('gte', 4)], [at('lte', 4)])).toEqual([at('gte', 4), at('lte', 4)]);
    expect(both([at('gte', '2026-01-01T00:00Z')], [at('gte', '2025-01-01T00:00:00.000Z')])).toEqual([
      at('gte', '2026-01-01T00:00:00Z'),
    ]);
  });
  test('a set is cut by bounds, which are then said by it', () => {
    const size: Condition = { field: 'size', op: 'in', value: [1, 5, 9] };
    const among = both(
      [size],
      [
        { field: 'size', op: 'gte', value: 2 },
        { field: 'size', op: 'lte', value: 7 },
      ],
    );
    expect(among).toEqual([{ field: 'size', op: 'eq', value: 5 }]);
  });
});

describe('window and validity', () => {
  test('intersect; the shorter rolling counts, however it is written', () => {
    const a = { since: '2026-01-01T00:00:00Z', rolling: 'PT48H' };
    const b = { since: '2025-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00Z', rolling: 'P3D' };
    expect(met({ window: a }, { window: b })?.window).toEqual({
      since: '2026-01-01T00:00:00Z',
      until: '2027-01-01T00:00:00Z',
      rolling: 'P2D',
    });
    expect(met({ window: { rolling: 'PT5H' } }, {})?.window).toEqual({ rolling: 'PT5H' });
  });
  test('an empty one leaves nothing: the end is outside', () => {
    const [since, until] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'];
    expect(met({ window: { since } }, { window: { until } })).toBeNull();
    expect(met({ validity: { from: since, renewal: 'ask' } }, { validity: { until, renewal: 'ask' } })).toBeNull();
  });
  test('a renewal is asked for only where both say so', () => {
    const until = '2026-01-01T00:00:00Z';
    expect(met({ validity: { until, renewal: 'ask' } }, { validity: { renewal: 'none' } })?.validity).toEqual({
      until,
      renewal: 'none',
    });
  });
});

describe('the other terms', () => {
  test.each<[keyof Clause, unknown, unknown, unknown]>([
    ['privileges', ['raw'], ['pseudonymous'], ['pseudonymous']],
    ['privileges', ['aggregate'], ['pseudonymous'], ['aggregate']],
    [
      'granularity',
      { bucket: 'PT1H', min_group: 3, max_items: 10 },
      { bucket: 'P7D', min_group: 2, max_items: 20 },
      { bucket: 'P7D', min_group: 3, max_items: 10 },
    ],
    ['granularity', {}, { bucket: 'P1D' }, { bucket: 'P1D' }],
    [
      'rate',
      { per_hour: 5, bytes_per_day: 0 },
      { per_hour: 3, rows_per_day: 7 },
      { per_hour: 3, rows_per_day: 7, bytes_per_day: 0 },
    ],
    ['others_private', true, false, false],
    ['others_private', true, true, true],
    ['necessity', 'required', 'optional', 'optional'],
    [
      'retention',
      { max: 'P30D', on_withdraw: 'keep' },
      { max: 'PT48H', on_withdraw: 'erase' },
      { max: 'P2D', on_withdraw: 'erase' },
    ],
    ['retention', { on_withdraw: 'keep' }, { on_withdraw: 'keep' }, { on_withdraw: 'keep' }],
  ])('%s: %j with %j', (term, a, b, expected) => {
    expect(met({ [term]: a }, { [term]: b })?.[term]).toEqual(expected);
  });

  test('texts stay word for word, in the languages in which both say the same', () => {
    const en = { short: 'One', long: '' };
    const both = met(
      { purpose_text: { en, de: { short: 'Eins', long: '' } } },
      { purpose_text: { en, de: { short: 'Zwei', long: '' }, fr: en } },
    );
    expect(both?.purpose_text).toEqual({ en });
    expect(leq(clauseOf({ purpose_text: {} }), clauseOf())).toBe(true);
    expect(leq(clauseOf({ purpose_text: { en: { short: 'Better', long: '' } } }), clauseOf())).toBe(false);
  });

  test('clauses of different ids have nothing in common', () => {
    expect(met({}, { clause_id: 'other' })).toBeNull();
    expect(leq(clauseOf(), clauseOf({ clause_id: 'other' }))).toBe(false);
  });

  test('diff: narrower, wider, and neither', () => {
    const after = clauseOf({
      fields: ['author'],
      window: { rolling: 'P1D' },
      datatypes: ['social.follow'],
      recipients: ['Ads Ltd'],
    });
    expect(diff(clauseOf(), after)).toEqual([
      { term: 'datatypes', change: 'other' },
      { term: 'fields', change: 'narrower' },
      { term: 'window', change: 'narrower' },
      { term: 'recipients', change: 'wider' },
    ]);
  });
});
