import { expect, test } from 'vitest';
import type { GrantPage, GrantSummary } from '../../protocol/owner/services.ts';
import { inOrder, stateOf } from './grant-state.ts';

const grant = (state: GrantSummary['state'], since = '2026-01-01T00:00:00Z'): GrantSummary => ({
  id: `${state} ${since}`,
  state,
  revision: 1,
  since,
  until: null,
  lastUsed: null,
  summary: '',
});

test('a service is what the most of its contracts is', () => {
  expect(stateOf({ blocked: false, grants: [] })).toBe('none');
  expect(stateOf({ blocked: false, grants: [grant('withdrawn'), grant('active'), grant('paused')] })).toBe('active');
  expect(stateOf({ blocked: false, grants: [grant('expired'), grant('paused')] })).toBe('paused');
  expect(stateOf({ blocked: true, grants: [grant('active')] })).toBe('blocked');
});

test('what is in force comes first, then the newest', () => {
  const pages = [
    grant('withdrawn', '2026-05-01T00:00:00Z'),
    grant('paused', '2026-01-01T00:00:00Z'),
    grant('expired', '2026-06-01T00:00:00Z'),
    grant('active', '2026-02-01T00:00:00Z'),
  ].map((summary) => ({ summary }) as GrantPage);
  expect(inOrder(pages).map(({ summary }) => summary.state)).toEqual(['active', 'paused', 'expired', 'withdrawn']);
});
