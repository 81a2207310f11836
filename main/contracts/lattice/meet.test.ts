import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clause } from '../../../protocol/contract/clause.ts';
import { diff, leq, leqSets, meet, meetSets, normal } from '../index.ts';
import { anyClause, anyProbe, clauseOf, grants } from './testing.ts';

const numRuns = process.env['SOAK'] === '1' ? 100_000 : 1500;
const SOAK_MS = 600_000;
const LAWS = { numRuns };

describe('laws of the lattice', () => {
  test(
    'meet is commutative and idempotent, within both, and leq is what it says',
    () => {
      fc.assert(
        fc.property(anyClause, anyClause, (a, b) => {
          const both = meet(a, b);
          expect(meet(b, a)).toEqual(both);
          expect(leq(a, a)).toBe(true);
          expect(leq(a, b)).toBe(a.clause_id === b.clause_id && JSON.stringify(both) === JSON.stringify(normal(a)));
          if (both === null) return;
          expect(meet(both, both)).toEqual(both);
          expect(meet(both, a)).toEqual(both);
          expect(leq(both, a) && leq(both, b)).toBe(true);
        }),
        LAWS,
      );
    },
    SOAK_MS,
  );

  test(
    'meet is associative, leq is transitive',
    () => {
      fc.assert(
        fc.property(anyClause, anyClause, anyClause, (a, b, c) => {
          const [ab, bc] = [meet(a, b), meet(b, c)];
          const left = ab === null ? null : meet(ab, c);
          const right = bc === null ? null : meet(a, bc);
          // Of different ids nothing is granted either way.
          expect(left).toEqual(right);
          if (ab !== null && left !== null) expect(leq(left, ab) && leq(ab, a) && leq(left, a)).toBe(true);
        }),
        LAWS,
      );
    },
    SOAK_MS,
  );

  test(
    'what is released under meet(a, b) is what is released under both',
    () => {
      fc.assert(
        fc.property(anyClause, anyClause, fc.array(anyProbe, { minLength: 4, maxLength: 4 }), (a, b, probes) => {
          const same = { ...b, clause_id: a.clause_id };
          const both = meet(a, same);
          for (const probe of [...probes, ...probes.map((it) => likely(it, a))]) {
            expect(grants(both, probe)).toBe(grants(a, probe) && grants(same, probe));
          }
        }),
        LAWS,
      );
    },
    SOAK_MS,
  );

  test('what is granted under a is granted under b where leq(a, b)', () => {
    fc.assert(
      fc.property(anyClause, anyClause, anyProbe, (a, b, wish) => {
        const small = meet(a, { ...b, clause_id: a.clause_id }) ?? a;
        const probe = likely(wish, small);
        expect(leq(small, a)).toBe(true);
        if (grants(small, probe)) expect(grants(a, probe)).toBe(true);
      }),
      LAWS,
    );
  });

  test('the result has the form of a clause and its own canonical form', () => {
    fc.assert(
      fc.property(anyClause, (a) => {
        const form = normal(a);
        if (form === null) return;
        expect(Clause.parse(form)).toEqual(form);
        expect(normal(form)).toEqual(form);
        expect(diff(a, form)).toEqual([]);
      }),
      LAWS,
    );
  });

  test('diff names every term that differs, and which way', () => {
    fc.assert(
      fc.property(anyClause, anyClause, (a, b) => {
        const other = { ...b, clause_id: a.clause_id };
        if (normal(a) === null || normal(other) === null) return;
        const there = diff(a, other);
        expect(there.every(({ change }) => change === 'narrower')).toBe(leq(other, a));
        const turned = { narrower: 'wider', wider: 'narrower', other: 'other' };
        expect(diff(other, a)).toEqual(there.map(({ term, change }) => ({ term, change: turned[change] })));
      }),
      LAWS,
    );
  });
});

/** A wish that the clause grants unless its record, time or amounts don't fit. */
function likely(probe: Parameters<typeof grants>[1], clause: Clause): Parameters<typeof grants>[1] {
  const [action = 'read'] = clause.actions;
  const [datatype = ''] = clause.datatypes;
  const [field = ''] = clause.fields;
  const [purpose = ''] = clause.purpose;
  const values = Object.fromEntries(
    clause.filter.map((it) => [it.field, it.op === 'in' ? (it.value[0] ?? '') : it.value]),
  );
  return {
    ...probe,
    action,
    datatype,
    field,
    purpose,
    values,
    privilege: 'aggregate',
    bucket: 'P28D',
    group: 5,
    recipient: null,
    items: probe.items % 2,
    inHour: 0,
    rowsInDay: probe.rowsInDay % 2,
    bytesInDay: 0,
  };
}

describe('sets of clauses', () => {
  const posts = clauseOf();
  const follows = clauseOf({ clause_id: 'follows', datatypes: ['social.follow'] });

  test('meet by id; what only one has is not granted', () => {
    const less = clauseOf({ fields: ['content'] });
    expect(meetSets([posts, follows], [less])).toEqual([meet(posts, less)]);
    expect(meetSets([posts], [follows])).toEqual([]);
    // The same id, and nothing in common; and whichever stands first.
    expect(meetSets([posts], [{ ...posts, fields: ['nothing-of-it'] }])).toEqual([]);
    expect(meetSets([follows, posts], [posts, follows])).toEqual(meetSets([posts, follows], [follows, posts]));
    expect(meetSets([posts, follows], [follows, posts]).map(({ clause_id }) => clause_id)).toEqual([
      'follows',
      'posts',
    ]);
  });

  test('leq by id, and an id that is there twice is not there', () => {
    expect(leqSets([posts], [posts, follows])).toBe(true);
    expect(leqSets([posts, follows], [posts])).toBe(false);
    expect(leqSets([], [])).toBe(true);
    expect(leqSets([posts], [posts, clauseOf({ fields: ['content'] })])).toBe(false);
    expect(meetSets([posts, posts], [posts])).toEqual([]);
  });
});
