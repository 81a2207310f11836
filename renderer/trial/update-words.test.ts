import { expect, test } from 'vitest';
import type { UpdateComparison } from '../../protocol/owner/trial.ts';
import { changesInWords, changesNothing } from './update-words.ts';

const none = { count: 0, items: [] };
const same: UpdateComparison = {
  from: '1.0.0',
  to: '1.1.0',
  mix: 'Main',
  posts: 500,
  problems: { from: null, to: null },
  lostSettings: [],
  page: 20,
  stayed: 20,
  came: none,
  left: none,
  turned: 0,
  remarked: 0,
  hidden: none,
  freed: none,
  hiddenPeople: [],
  freedPeople: [],
  lifted: [],
  sunk: [],
  tookMs: 1,
};

test('an update that changes nothing says so', () => {
  expect(changesNothing(same)).toBe(true);
  expect(changesInWords(same)).toEqual(['Nothing: the same posts, in the same order.']);
});

test('what changes is told in sentences, what is hidden first', () => {
  expect(
    changesInWords({
      ...same,
      hidden: { count: 1, items: [] },
      freed: { count: 2, items: [] },
      remarked: 3,
      stayed: 17,
      came: { count: 3, items: [] },
      turned: 0.0423,
    }),
  ).toEqual([
    'It hides 1 post that you see now.',
    'It shows 2 posts that are hidden now.',
    '3 posts get another mark.',
    'Of the first 20 posts 17 stay, and 3 others come in.',
    'Of 100 pairs of posts, 4 stand the other way round.',
  ]);
  expect(changesInWords({ ...same, turned: 0.001 })).toEqual([
    'It hides no post that you see now.',
    'The first 20 posts stay the same ones.',
    'Of 100 pairs of posts, fewer than one stands the other way round.',
  ]);
  expect(changesInWords({ ...same, freed: { count: 1, items: [] } }).at(-1)).toBe('The order stays.');
});
