import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordQuery } from '../../protocol/owner/data.ts';
import { filtersFrom, filtersTo, isFiltered, NO_FILTERS, queryOf, startOfDay } from './filters.ts';

describe('filters in the address bar', () => {
  test('come back as they were', () => {
    const filters = {
      ...NO_FILTERS,
      q: 'tea & "milk"',
      datatype: 'social.post' as const,
      author: 'https://a.example/1',
      name: 'Ada',
      from: '2026-03-01',
      order: 'best' as const,
    };
    expect(filtersFrom(new URLSearchParams(filtersTo(filters)))).toEqual(filters);
  });
  test('what is not known is dropped', () => {
    expect(filtersFrom(new URLSearchParams('datatype=x&from=yesterday&order=odd'))).toEqual(NO_FILTERS);
  });
  test('a name alone filters nothing', () => {
    expect(isFiltered({ ...NO_FILTERS, name: 'Ada' })).toBe(false);
    expect(isFiltered({ ...NO_FILTERS, q: 'a' })).toBe(true);
  });
});

describe('the query', () => {
  test('is valid for the owner API whatever is filtered', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 500 }),
        fc.constantFrom('', '2026-02-28'),
        fc.constantFrom('newest' as const, 'best' as const),
        (q, to, order) => {
          expect(RecordQuery.safeParse(queryOf({ ...NO_FILTERS, q, to, order }, 'UTC')).success).toBe(true);
        },
      ),
    );
  });
  test('best match needs words', () => {
    expect(queryOf({ ...NO_FILTERS, order: 'best' }, 'UTC').order).toBe('newest');
    expect(queryOf({ ...NO_FILTERS, q: 'a', order: 'best' }, 'UTC').order).toBe('best');
  });
  test('the last day is within', () => {
    const { from, to } = queryOf({ ...NO_FILTERS, from: '2026-03-29', to: '2026-03-29' }, 'Europe/Berlin');
    // Clocks go forward that night: the day has 23 hours.
    expect(Number(to) - Number(from) + 1).toBe(23 * 3_600_000);
  });
});

test.each([
  ['UTC', '2026-03-10T00:00:00Z'],
  ['Asia/Tokyo', '2026-03-09T15:00:00Z'],
  ['America/New_York', '2026-03-10T04:00:00Z'],
  ['Asia/Kathmandu', '2026-03-09T18:15:00Z'],
])('the day starts in %s', (zone, at) => {
  expect(new Date(startOfDay('2026-03-10', zone)).toISOString()).toBe(new Date(at).toISOString());
});
