import { expect, test } from 'vitest';
import { ActivityQuery } from '../../protocol/owner/services.ts';
import { activityQuery, isActivityFiltered, kindFrom, NO_ACTIVITY_FILTERS } from './filters.ts';

test('both days are included, in the owner’s time zone', () => {
  const query = activityQuery(
    { kind: 'refused', service: 's1', from: '2026-07-01', to: '2026-07-02' },
    'Europe/Berlin',
  );
  expect(ActivityQuery.parse(query)).toEqual({
    kind: 'refused',
    service: 's1',
    from: '2026-06-30T22:00:00.000Z',
    to: '2026-07-02T21:59:59.999Z',
    limit: 50,
  });
});

test('nothing is asked for that is not set', () => {
  expect(activityQuery(NO_ACTIVITY_FILTERS, 'UTC')).toEqual({ limit: 50 });
  expect(isActivityFiltered(NO_ACTIVITY_FILTERS)).toBe(false);
  expect(isActivityFiltered({ ...NO_ACTIVITY_FILTERS, to: '2026-01-01' })).toBe(true);
});

test('a kind that is none is all of them', () => {
  expect(kindFrom('login')).toBe('login');
  expect(kindFrom('else')).toBe('');
  expect(kindFrom(null)).toBe('');
});
