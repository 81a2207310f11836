import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_ROW, POST_COLUMN_NAMES } from '../../protocol/columns.ts';
import { ACTS_AS_OF, ACTS_HALF_LIFE } from '../store/index.ts';
import { NO_ACTS } from './author-rows.ts';
import { columnsAt } from './column-values.ts';
import { firstPosts, pickPosts, postSet, type PostSet } from './post-set.ts';
import { f64Facts, u32Facts, u8Facts } from './merge-facts.ts';
import { FAKE_NOW, fakeAuthor, fakePosts } from './testing/fake-posts.ts';

/** The same posts as a window of their own, with nothing known of where they came from. */
function standalone(posts: PostSet): PostSet {
  const facts = {
    n: posts.n,
    f64: f64Facts((fact) => posts.f64(fact).slice()),
    u32: u32Facts((fact) => posts.u32(fact).slice()),
    u8: u8Facts((fact) => posts.u8(fact).slice()),
  };
  return postSet(facts, posts.context);
}

const post = fc.record({
  author: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  thread: fc.integer({ min: 1, max: 3 }),
  lang: fc.integer({ min: 0, max: 1 }),
  replyTo: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  boostOf: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
});

test('columns depend on the posts and their order alone, not on what they were picked from', () => {
  fc.assert(
    fc.property(fc.array(post, { maxLength: 12 }), fc.nat(12), fc.array(fc.nat(11)), (given, first, picks) => {
      const posts = given.map((one, row) => {
        const known = Object.entries(one).filter(([, value]) => value !== undefined);
        return { id: given.length - row, ...Object.fromEntries(known) };
      });
      const whole = fakePosts(posts);
      const rows = Uint32Array.from(new Set(picks.filter((row) => row < posts.length)));
      const picked = pickPosts(whole, rows);
      for (const part of [
        firstPosts(whole, first),
        picked,
        firstPosts(picked, first),
        pickPosts(
          picked,
          rows.map((_, i) => rows.length - 1 - i),
        ),
      ]) {
        const [columns, expected] = [columnsAt(part, FAKE_NOW), columnsAt(standalone(part), FAKE_NOW)];
        for (const name of POST_COLUMN_NAMES)
          expect([name, [...columns.post(name)]]).toEqual([name, [...expected.post(name)]]);
        expect([...columns.author('ageDays')]).toEqual([...expected.author('ageDays')]);
        expect([...columns.authorKeys()]).toEqual([...expected.authorKeys()]);
        expect(columns.langs()).toEqual(expected.langs());
      }
    }),
    { numRuns: process.env.SOAK === '1' ? 5000 : 200 },
  );
});

test('ages are not negative, and local time is the owner’s', () => {
  const posts = fakePosts([{ published: FAKE_NOW + 5000 }, { published: Date.UTC(2025, 0, 5, 23, 30) }], {
    timeZone: 'Asia/Tokyo',
  });
  const columns = columnsAt(posts, FAKE_NOW);
  expect(columns.post('ageHours')[0]).toBe(0);
  // 23:30 UTC on a Sunday is 8:30 on Monday in Tokyo.
  expect([columns.post('localHour')[1], columns.post('localDay')[1]]).toEqual([8, 1]);
});

test('what the owner did counts half after 30 days, in steps of a day; never means never', () => {
  const day = 86_400_000;
  const acts = { ...NO_ACTS, myReplies: 3 * 2 ** ((FAKE_NOW - ACTS_AS_OF) / ACTS_HALF_LIFE) };
  const authors = new Map([
    [1, fakeAuthor(1, { acts, lessAt: FAKE_NOW - 20.5 * day })],
    [2, fakeAuthor(2)],
  ]);
  const posts = fakePosts([{ author: 1 }, { author: 2, boostOf: 77 }, { author: 1, boostOf: 77 }], { authors });
  const at = (later: number): number => columnsAt(posts, FAKE_NOW + later).author('myReplies')[0] ?? NaN;
  expect(at(0)).toBeCloseTo(3 * 2 ** (0.5 / 30), 9);
  expect(at(day / 3)).toBe(at(0));
  expect(at(30 * day) / at(0)).toBeCloseTo(0.5, 9);
  const columns = columnsAt(posts, FAKE_NOW);
  expect(columns.author('myReplies')[1]).toBe(0);
  expect([...columns.author('lessDays')]).toEqual([20, NaN]);
  expect([...columns.post('boostOfIdx')]).toEqual([NO_ROW, 0, 0]);
});
