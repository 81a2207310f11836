import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clause } from '../../../protocol/contract/clause.ts';
import { ClauseLimit, OwnerPolicy, type Limits } from '../../../protocol/contract/offer.ts';
import { checkLimits, effective, fieldTables, leqSets, normal } from '../index.ts';
import { anyClause, anyProbe, clauseOf, grants } from '../lattice/testing.ts';

const NO_POLICY = OwnerPolicy.parse({});
const SINCE = Date.parse('2026-01-01T00:00:00Z');
const numRuns = process.env['SOAK'] === '1' ? 100_000 : 1000;
/** So that the random clauses' own datatype is known too. */
const TABLES = fieldTables([
  {
    name: 'x-example.org.note',
    title: 'Notes',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: { author: { type: 'string' }, content: { type: 'string' }, language: { type: 'string' } },
    },
    indexed: [],
  },
]);

function limits(...given: Partial<ClauseLimit>[]): Limits {
  return given.map((limit) => ClauseLimit.parse({ clause_id: 'posts', ...limit }));
}

function only(clause: Clause, limit: Limits, policy: Partial<OwnerPolicy> = {}): Clause | undefined {
  const clauses = effective([clause], limit, { ...NO_POLICY, ...policy }, SINCE);
  expect(clauses.length).toBeLessThan(2);
  return clauses[0];
}

const anyLimit: fc.Arbitrary<ClauseLimit> = fc
  .record(
    {
      off: fc.boolean(),
      fields: fc.subarray(['author', 'content', 'published', 'title'], { minLength: 1 }),
      actions: fc.subarray(['read', 'query', 'append', 'fly'], { minLength: 1 }),
      datatypes: fc.subarray(['social.post', 'social.follow'], { minLength: 1 }),
      filter: fc.constant([{ field: 'language', op: 'eq' as const, value: 'en' }]),
      window: fc.constant({ rolling: 'P30D' }),
      privileges: fc
        .constantFrom<[['pseudonymous']] | [['aggregate']]>([['pseudonymous']], [['aggregate']])
        .map(([it]) => it),
      max_items: fc.integer({ min: 1, max: 4 }),
      per_hour: fc.integer({ min: 0, max: 3 }),
      rows_per_day: fc.integer({ min: 0, max: 3 }),
      bytes_per_day: fc.integer({ min: 0, max: 3 }),
      until: fc.constant('2026-05-01T00:00:00Z'),
      no_others_private: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((limit) => ClauseLimit.parse({ ...limit, off: limit.off === true && limit.per_hour === 0, clause_id: 'posts' }));

const anyPolicy: fc.Arbitrary<OwnerPolicy> = fc
  .record(
    {
      never: fc.subarray(['social.follow', 'social.message']),
      rolling: fc.constantFrom('P90D', 'P365D'),
      pseudonymousFor: fc.constant(['Advertising']),
      neverOthersPrivate: fc.boolean(),
      longest: fc.constantFrom('P30D', 'P365D'),
    },
    { requiredKeys: [] },
  )
  .map((policy) => OwnerPolicy.parse(policy));

describe('laws', () => {
  test('effective clauses are within the offer, and no limit or policy adds a row, field, action or request', () => {
    fc.assert(
      fc.property(anyClause, anyLimit, anyLimit, anyPolicy, anyProbe, (clause, one, other, policy, probe) => {
        const free = effective([clause], [], NO_POLICY, SINCE, TABLES);
        const limited = effective([clause], [one], NO_POLICY, SINCE, TABLES);
        const twice = effective([clause], [one, other], NO_POLICY, SINCE, TABLES);
        const ruled = effective([clause], [one, other], policy, SINCE, TABLES);
        expect(leqSets(free, [clause])).toBe(true);
        expect(leqSets(limited, free)).toBe(true);
        expect(leqSets(twice, limited)).toBe(true);
        expect(leqSets(ruled, twice)).toBe(true);
        expect(effective([clause], [other, one], policy, SINCE, TABLES)).toEqual(ruled);
        if (grants(ruled[0] ?? null, probe)) expect(grants(clause, probe)).toBe(true);
      }),
      { numRuns },
    );
  }, 600_000);

  test('later, the same offer, limits and policy give no more', () => {
    fc.assert(
      fc.property(anyClause, anyLimit, anyPolicy, (clause, limit, policy) => {
        const once = effective([clause], [limit], policy, SINCE, TABLES);
        expect(effective(once, [limit], policy, SINCE, TABLES)).toEqual(once);
      }),
      { numRuns },
    );
  });
});

describe('limits', () => {
  test('none: the offer, in canonical form', () => {
    expect(only(clauseOf(), [])).toEqual(normal(clauseOf()));
    expect(only(clauseOf(), limits({ clause_id: 'other', off: true }))).toEqual(normal(clauseOf()));
  });
  test('off: the clause is gone', () => {
    expect(only(clauseOf(), limits({ off: true }))).toBeUndefined();
  });
  test('each part narrows its term', () => {
    const clause = clauseOf({
      others_private: true,
      datatypes: ['social.post', 'social.bookmark'],
      fields: ['author', 'published'],
    });
    const limited = only(
      clause,
      limits({
        fields: ['author', 'title'],
        actions: ['query', 'append'],
        datatypes: ['social.post'],
        filter: [{ field: 'visibility', op: 'eq', value: 'public' }],
        window: { rolling: 'P30D' },
        max_items: 10,
        per_hour: 1,
        rows_per_day: 2,
        bytes_per_day: 3,
        until: '2026-02-01T00:00:00Z',
        no_others_private: true,
      }),
    );
    expect(limited).toMatchObject({
      fields: ['author'],
      actions: ['query'],
      datatypes: ['social.post'],
      filter: [{ field: 'visibility', op: 'eq', value: 'public' }],
      window: { rolling: 'P30D' },
      granularity: { max_items: 10 },
      rate: { per_hour: 1, rows_per_day: 2, bytes_per_day: 3 },
      validity: { until: '2026-02-01T00:00:00Z', renewal: 'none' },
      others_private: false,
      necessity: 'required',
      purpose_text: clause.purpose_text,
    });
  });
  test('pseudonymous leaves links and media out, so that the grant says what is given', () => {
    const clause = clauseOf({ fields: ['author', 'url', 'media', 'content'] });
    expect(only(clause, limits({ privileges: ['pseudonymous'] }))?.fields).toEqual(['author', 'content']);
    expect(only(clauseOf({ fields: ['links'] }), limits({ privileges: ['pseudonymous'] }))).toBeUndefined();
  });
  test('aggregate leaves counts by day of five records at least, and no single record', () => {
    const counts = only(clauseOf(), limits({ privileges: ['aggregate'] }));
    expect(counts).toMatchObject({ actions: ['query'], granularity: { bucket: 'P1D', min_group: 5 } });
    expect(only(clauseOf({ actions: ['read'] }), limits({ privileges: ['aggregate'] }))).toBeUndefined();
  });
  test('a datatype that is not known is not given out under a lower privilege', () => {
    const clause = clauseOf({ datatypes: ['x-gone.example.note'], fields: ['text'] });
    expect(only(clause, limits({ privileges: ['pseudonymous'] }))).toBeUndefined();
  });
});

describe('policy', () => {
  test('never these datatypes', () => {
    const both = clauseOf({ datatypes: ['social.post', 'social.message'], fields: ['author'] });
    expect(only(both, [], { never: ['social.message'] })?.datatypes).toEqual(['social.post']);
    expect(only(both, [], { never: ['social.message', 'social.post'] })).toBeUndefined();
  });
  test('nothing older, nothing private of others, no longer than', () => {
    const clause = clauseOf({ window: { rolling: 'P90D' }, others_private: true });
    expect(only(clause, [], { rolling: 'P365D', neverOthersPrivate: true, longest: 'P30D' })).toMatchObject({
      window: { rolling: 'P90D' },
      others_private: false,
      validity: { until: '2026-01-31T00:00:00Z' },
    });
  });
  test.each([
    ['Advertising', 'pseudonymous'],
    ['TargetedAdvertising', 'pseudonymous'],
    ['SomethingNobodyKnows', 'pseudonymous'],
    ['Marketing', 'raw'],
    ['ServiceProvision', 'raw'],
  ])('codes instead of names for advertising, of which %s is %s', (purpose, privilege) => {
    const ruled = only(clauseOf({ purpose: ['ServiceProvision', purpose] }), [], { pseudonymousFor: ['Advertising'] });
    expect(ruled?.privileges).toEqual([privilege]);
  });
});

describe('limits that do not fit', () => {
  test.each<[string, Partial<ClauseLimit>]>([
    ['posts: it does not ask for title', { fields: ['author', 'title'] }],
    ['posts: it does not ask for fly, append', { actions: ['read', 'fly', 'append'] }],
    ['posts: it does not ask for social.follow', { datatypes: ['social.follow'] }],
    ['posts: social.post cannot be filtered by content', { filter: [{ field: 'content', op: 'eq', value: 'x' }] }],
    ['other: no such clause', { clause_id: 'other' }],
  ])('%s', (detail, limit) => {
    const refused = expect.objectContaining({ code: 'limits_invalid', detail }) as Error;
    expect(() => checkLimits([clauseOf()], limits(limit))).toThrow(refused);
  });
  test('twice, or for a datatype that is not known', () => {
    expect(() => checkLimits([clauseOf()], limits({}, {}))).toThrow();
    expect(() => checkLimits([clauseOf({ datatypes: ['x-gone.example.note'] })], limits({}))).toThrow();
  });
  test('a filter may be over a field that is not granted', () => {
    expect(() =>
      checkLimits([clauseOf()], limits({ filter: [{ field: 'mine', op: 'eq', value: true }] })),
    ).not.toThrow();
  });
});
