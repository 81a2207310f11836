import { describe, expect, test } from 'vitest';
import { bucketStart } from '../../../../protocol/contract/buckets.ts';
import { held } from '../testing/clauses.ts';
import { compileAggregate } from './aggregate.ts';

const NOW = Date.UTC(2026, 5, 15, 12, 34);
const DAY = 86_400_000;

function aggregate(parts: Parameters<typeof held>[0], query: object = {}) {
  return compileAggregate(held(parts), 'social.post', { clause: 'posts', limit: 366, ...query }, NOW);
}
function filter(...conditions: object[]): { filter: string } {
  return { filter: JSON.stringify(conditions) };
}
const COARSE = { privileges: ['aggregate'] as ['aggregate'], granularity: { bucket: 'P1D' as const, min_group: 5 } };

describe('aggregates', () => {
  test('the bucket is the one asked for, the one granted, or a day; never finer than granted', () => {
    expect(aggregate({})).toMatchObject({ plan: { bucket: 'P1D', minGroup: 1, by: null }, fixedForTheDay: false });
    expect(aggregate({}, { bucket: 'PT1H' })).toMatchObject({ plan: { bucket: 'PT1H' } });
    expect(aggregate(COARSE)).toMatchObject({ plan: { bucket: 'P1D', minGroup: 5 }, fixedForTheDay: true });
    expect(aggregate(COARSE, { bucket: 'P28D' })).toMatchObject({ plan: { bucket: 'P28D' } });
    expect(aggregate(COARSE, { bucket: 'PT1H' })).toMatchObject({ refused: 'bucket_boundary' });
  });

  test('without published there are no buckets, unless the clause grants one', () => {
    expect(aggregate({ fields: ['language'] })).toMatchObject({ refused: 'field_not_granted' });
    expect(aggregate({ ...COARSE, fields: ['language'] })).toMatchObject({ plan: { bucket: 'P1D' } });
  });

  test('groups are of granted, indexed fields', () => {
    expect(aggregate(COARSE, { by: 'language' })).toMatchObject({ plan: { by: 'language' }, fields: ['language'] });
    expect(aggregate(COARSE, { by: 'visibility' })).toMatchObject({ refused: 'field_not_granted' });
    expect(aggregate(COARSE, { by: 'content' })).toMatchObject({ refused: 'filter_invalid' });
    expect(aggregate(COARSE, { by: 'published' })).toMatchObject({ refused: 'filter_invalid' });
  });

  test('action, datatype and conditions are as for a list', () => {
    expect(aggregate({ actions: ['read'] })).toMatchObject({ refused: 'action_not_granted' });
    expect(aggregate({ datatypes: ['label'] })).toMatchObject({ refused: 'datatype_not_granted' });
    expect(aggregate({}, { filter: '[' })).toMatchObject({ refused: 'filter_invalid' });
    expect(aggregate({ filter: [{ field: 'content', op: 'eq', value: 'x' }] })).toMatchObject({
      refused: 'filter_invalid',
    });
  });

  test('conditions on the time fall on the boundaries of buckets', () => {
    const on = (op: string, value: string, query: object = {}) =>
      aggregate(COARSE, { ...filter({ field: 'published', op, value }), ...query });
    expect(on('gte', '2026-06-01T00:00:00Z')).toHaveProperty('plan');
    expect(on('lte', '2026-06-01T23:59:59.999Z')).toHaveProperty('plan');
    expect(on('gte', '2026-06-01T00:00:00Z', { bucket: 'P7D' })).toHaveProperty('plan');
    for (const refused of [
      on('gte', '2026-06-01T00:00:01Z'),
      on('lte', '2026-06-01T00:00:00Z'),
      on('eq', '2026-06-01T00:00:00Z'),
      on('gte', '2026-06-02T00:00:00Z', { bucket: 'P7D' }),
      aggregate(COARSE, filter({ field: 'published', op: 'in', value: ['2026-06-01T00:00:00Z'] })),
    ]) {
      expect(refused).toMatchObject({ refused: 'bucket_boundary' });
    }
    expect(aggregate(COARSE, filter({ field: 'language', op: 'eq', value: 'en' }))).toHaveProperty('plan');
    // Records themselves are granted there.
    expect(aggregate({}, filter({ field: 'published', op: 'gte', value: '2026-06-01T00:00:01Z' }))).toHaveProperty(
      'plan',
    );
  });

  test("the clause's window is narrowed to whole buckets", () => {
    const window = { rolling: 'P30D', until: '2026-06-14T05:00:00Z' };
    const today = bucketStart('P1D', NOW);
    expect(aggregate({ ...COARSE, window })).toMatchObject({
      plan: { scope: { since: today - 29 * DAY, until: today - DAY } },
    });
    expect(aggregate({ window })).toMatchObject({ plan: { scope: { since: NOW - 30 * DAY } } });
    // Not further than what was over when the day began.
    expect(aggregate(COARSE)).toMatchObject({ plan: { scope: { since: null, until: today } } });
    expect(aggregate(COARSE, { bucket: 'P7D' })).toMatchObject({ plan: { scope: { until: bucketStart('P7D', NOW) } } });
    expect(aggregate({})).toMatchObject({ plan: { scope: { until: null } } });
    const exact = { since: '2026-06-01T00:00:00Z', until: '2026-06-03T00:00:00Z' };
    expect(aggregate({ ...COARSE, window: exact })).toMatchObject({
      plan: { scope: { since: Date.UTC(2026, 5, 1), until: Date.UTC(2026, 5, 3) } },
    });
  });
});
