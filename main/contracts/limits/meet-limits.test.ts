import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClauseLimit } from '../../../protocol/contract/offer.ts';
import { postsClause } from '../grants/testing.ts';
import { leq } from '../lattice/meet.ts';
import { effective } from './effective.ts';
import { meetLimits } from './meet-limits.ts';

const CLAUSE = postsClause({ others_private: true });
const POLICY = { never: [], rolling: null, pseudonymousFor: [], neverOthersPrivate: false, longest: null };
const some = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...items], { minLength: 1 });
const instant = fc.integer({ min: 1, max: 28 }).map((day) => `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`);
const days = fc.integer({ min: 1, max: 400 }).map((count) => `P${count}D`);

const limit: fc.Arbitrary<ClauseLimit> = fc.record(
  {
    clause_id: fc.constant('posts'),
    off: fc.constantFrom(false, false, false, true),
    fields: some(CLAUSE.fields),
    actions: some(CLAUSE.actions),
    window: fc.record({ since: instant, rolling: days }, { requiredKeys: [] }),
    privileges: fc.constantFrom(['raw'] as const, ['pseudonymous'] as const).map(([one]) => [one]),
    max_items: fc.integer({ min: 1, max: 9 }),
    per_hour: fc.integer({ min: 0, max: 9 }),
    until: instant,
    no_others_private: fc.boolean(),
  },
  { requiredKeys: ['clause_id', 'off'] },
);

test('both limits hold under their meeting, in whichever order', () => {
  fc.assert(
    fc.property(limit, limit, (a, b) => {
      const under = (...limits: ClauseLimit[]) => effective([CLAUSE], limits, POLICY, 0)[0];
      const met = under(...meetLimits([a], [b]));
      const [one, two] = [under(a), under(b)];
      expect(under(...meetLimits([b], [a]))).toEqual(met);
      if (met === undefined) return;
      expect(one !== undefined && leq(met, one)).toBe(true);
      expect(two !== undefined && leq(met, two)).toBe(true);
    }),
    { numRuns: process.env['SOAK'] === '1' ? 20_000 : 300 },
  );
});

test('of different clauses, both stay; off stays off', () => {
  const a = { clause_id: 'a', off: true };
  const b = { clause_id: 'b', off: false, fields: ['content'] };
  expect(meetLimits([a], [b])).toEqual([a, b]);
  expect(meetLimits([{ ...b, fields: ['url'] }], [b])).toEqual([{ clause_id: 'b', off: true }]);
  expect(meetLimits([{ clause_id: 'b', off: true }], [b])).toEqual([{ clause_id: 'b', off: true }]);
});
