import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsAt } from './column-values.ts';
import { pairFacts } from './comparison-batch.ts';
import { teaching } from './informative.ts';
import { FAKE_NOW, fakePosts, type FakePost } from './testing/fake-posts.ts';

const NEEDS = [
  { post: ['likes' as const, 'replies' as const], author: [], text: 'none' as const, owner: [], labels: false },
];

const posts = fc.array(
  fc.record({ likes: fc.integer({ min: 0, max: 500 }), replies: fc.integer({ min: 0, max: 90 }) }),
  { minLength: 4, maxLength: 30 },
);

function asked(
  given: readonly FakePost[],
  answered: readonly (readonly [number, number])[],
): ReturnType<typeof teaching> {
  const columns = columnsAt(fakePosts(given), FAKE_NOW);
  const facts = answered.map(([better, worse]) => pairFacts(columns, better, worse));
  return teaching(
    columns,
    given.map((_, row) => row),
    NEEDS,
    facts,
  );
}

test('an answer says less when it was given before, whichever way; nothing teaches less than nothing', () => {
  fc.assert(
    fc.property(posts, (given) => {
      const [before, after] = [asked(given, []), asked(given, [[0, 1]])];
      const turned = asked(given, [[1, 0]]);
      const worth = before(0, 1);
      expect(worth).toBeGreaterThanOrEqual(0);
      expect(before(1, 0)).toBeCloseTo(worth, 9);
      expect(after(0, 1)).toBeCloseTo(worth / (1 + worth), 9);
      expect(turned(0, 1)).toBeCloseTo(after(0, 1), 9);
      expect(after(2, 3)).toBeLessThanOrEqual(before(2, 3) + 1e-9);
    }),
    { numRuns: process.env['SOAK'] === undefined ? 40 : 2000 },
  );
});

test('what earlier answers said nothing about is asked next', () => {
  const given = [
    { likes: 0, replies: 9 },
    { likes: 400, replies: 9 },
    { likes: 20, replies: 0 },
    { likes: 20, replies: 80 },
    { likes: 0, replies: 9 },
    { likes: 400, replies: 9 },
  ];
  const teaches = asked(given, [
    [0, 1],
    [1, 4],
  ]);
  expect(teaches(2, 3)).toBeGreaterThan(2 * teaches(4, 5));
});
