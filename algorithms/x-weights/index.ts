import { authorFlags, authorNumbers, indexes, NO_ROW } from '../shared/columns.ts';
import { median } from '../shared/median.ts';
import { numberSetting } from '../shared/settings.ts';
import { contributionsOf, type Reads } from '../shared/without.ts';
import type { AuthorColumn, Batch, Ctx, JsonObject, RankOut } from '../types.ts';

/** The published actions that a locker has records of, the column that counts them, and the published weight. */
const ACTIONS = [
  { key: 'like', column: 'myLikes', published: 0.5 },
  { key: 'reply', column: 'myReplies', published: 5 },
  { key: 'repost', column: 'myBoosts', published: 1 },
  { key: 'quote', column: 'myQuotes', published: 5 },
  { key: 'notInterested', column: 'myLess', published: -43.2 },
] as const satisfies { key: string; column: AuthorColumn; published: number }[];

const REPLY = 1;
const LIKE = 0;
const LESS = 4;

/** Values are told in steps: a habit is not known to the thousandth, and of equal ones the newest comes first. */
const STEPS = 50;

let weights: readonly number[] = ACTIONS.map(({ published }) => published);
let mutualReply = 15;
let outOfNetwork = 0.75;
let strength = 10;

export function init(settings: JsonObject, _ctx: Ctx): void {
  weights = ACTIONS.map(({ key, published }) => numberSetting(settings, key, published));
  mutualReply = numberSetting(settings, 'mutualReply', 15);
  outOfNetwork = numberSetting(settings, 'outOfNetwork', 0.75);
  strength = numberSetting(settings, 'strength', 10);
}

/**
 * The mean of a Beta distribution after `times` of `shown`, with a prior of mean `usual` that weighs as much as `weight`
 * posts: what an author was shown for is believed the more, the more often it was.
 */
export function probability(times: number, shown: number, usual: number, weight = strength): number {
  return (times + weight * usual) / (shown + weight);
}

/** `Σ weight · P(action)`; a reply to somebody with whom it is mutual weighs more. */
function expected(probabilities: ArrayLike<number>, mutual: boolean): number {
  let sum = mutual ? mutualReply * (probabilities[REPLY] ?? 0) : 0;
  for (let action = 0; action < ACTIONS.length; action++) sum += (weights[action] ?? 0) * (probabilities[action] ?? 0);
  return sum;
}

/** What the owner does with the posts of the middle one of the authors that were shown, doubted where they were few. */
function usualRate(column: Float64Array, shown: Float64Array, known: number): number {
  const rates = new Float64Array(known);
  let next = 0;
  shown.forEach((times, author) => {
    if (times > 0) rates[next++] = Math.max(column[author] ?? 0, 0) / (times + strength);
  });
  return median(rates);
}

/** The value of each author's posts; NaN for all where the owner has no history. */
function values(batch: Batch): Float64Array {
  const authors = batch.author.n;
  const counts = ACTIONS.map(({ column }) => authorNumbers(batch, column));
  const seen = authorNumbers(batch, 'mySeen');
  const iFollow = authorFlags(batch, 'iFollow');
  const followsMe = authorFlags(batch, 'followsMe');
  // Acts come with imports, views only from this locker: whoever reacted to a post has seen it.
  const shown = new Float64Array(authors);
  for (let author = 0; author < authors; author++) {
    const count = (action: number): number => Math.max(counts[action]?.[author] ?? 0, 0);
    shown[author] = Math.max(seen[author] ?? 0, ...counts.map((_, action) => count(action)), count(LIKE) + count(LESS));
  }
  const known = shown.reduce((count, times) => count + (times > 0 ? 1 : 0), 0);
  if (known === 0) return new Float64Array(authors).fill(NaN);
  const usual = counts.map((column) => usualRate(column, shown, known));
  const network = iFollow.some((flag) => flag === 1);
  return shown.map((times, author) => {
    const follows = iFollow[author] === 1;
    const value = expected(
      counts.map((column, action) => probability(Math.max(column[author] ?? 0, 0), times, usual[action] ?? 0)),
      follows && followsMe[author] === 1,
    );
    return Math.round((network && !follows && value > 0 ? value * outOfNetwork : value) * STEPS) / STEPS;
  });
}

/** A boost is valued as the post it repeats. */
function scorer(batch: Batch): (row: number) => number {
  const byAuthor = values(batch);
  const authorIdx = indexes(batch, 'authorIdx');
  const boostOfRow = indexes(batch, 'boostOfRow');
  return (row) => {
    const original = boostOfRow[row] ?? NO_ROW;
    return byAuthor[authorIdx[original === NO_ROW ? row : original] ?? NO_ROW] ?? NaN;
  };
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const scoreOf = scorer(batch);
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = scoreOf(row);
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  const reads: Reads[] = [
    ...ACTIONS.map(({ column }) => ({ author: [column] })),
    { author: ['mySeen'] },
    { author: ['iFollow', 'followsMe'] },
  ];
  return contributionsOf(batch, rows, reads, scorer);
}
