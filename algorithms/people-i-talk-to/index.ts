import { authorNumbers, indexes, NO_ROW } from '../shared/columns.ts';
import { numberSetting } from '../shared/settings.ts';
import { contributionsOf } from '../shared/without.ts';
import type { AuthorColumn, Batch, Ctx, JsonObject, RankOut } from '../types.ts';

const ACTS = ['myReplies', 'myQuotes', 'myBoosts', 'myLikes'] as const satisfies AuthorColumn[];

/** What each act is worth, in the order of ACTS. */
let worth = [4, 3, 2, 1];

export function init(settings: JsonObject, _ctx: Ctx): void {
  worth = [
    numberSetting(settings, 'replies', 4),
    numberSetting(settings, 'quotes', 3),
    numberSetting(settings, 'boosts', 2),
    numberSetting(settings, 'likes', 1),
  ];
}

/** What the owner did about each author, weighed. */
function closeness(batch: Batch): Float64Array {
  const columns = ACTS.map((name) => authorNumbers(batch, name));
  const sums = new Float64Array(batch.author.n);
  for (let author = 0; author < sums.length; author++) {
    let sum = 0;
    for (let act = 0; act < columns.length; act++) sum += (worth[act] ?? 0) * Math.max(columns[act]?.[author] ?? 0, 0);
    sums[author] = sum;
  }
  return sums;
}

/** Joined accounts are one person: each author's row gets the sum of the person's accounts in the batch. */
function byPerson(batch: Batch, sums: Float64Array): Float64Array {
  const authorIdx = indexes(batch, 'authorIdx');
  const personIdx = indexes(batch, 'personIdx');
  const personOf = new Uint32Array(sums.length).fill(NO_ROW);
  for (let row = 0; row < batch.n; row++) {
    const author = authorIdx[row] ?? NO_ROW;
    if (author < personOf.length) personOf[author] = personIdx[row] ?? NO_ROW;
  }
  const persons = new Map<number, number>();
  personOf.forEach((person, author) => persons.set(person, (persons.get(person) ?? 0) + (sums[author] ?? 0)));
  return sums.map((sum, author) => {
    const person = personOf[author] ?? NO_ROW;
    return person === NO_ROW ? sum : (persons.get(person) ?? sum);
  });
}

/** `log2(1 + acts)` of the person, so that the tenth reply says less than the first. A boost counts for whom the owner is closer to. */
function scorer(batch: Batch): (row: number) => number {
  const sums = closeness(batch);
  // Somebody who did nothing yet has no people: nothing can be told.
  if (!sums.some((sum) => sum > 0)) return () => NaN;
  const persons = byPerson(batch, sums);
  const authorIdx = indexes(batch, 'authorIdx');
  const boostOfRow = indexes(batch, 'boostOfRow');
  const of = (row: number): number => persons[authorIdx[row] ?? NO_ROW] ?? 0;
  return (row) => {
    const original = boostOfRow[row] ?? NO_ROW;
    return Math.log2(1 + (original === NO_ROW ? of(row) : Math.max(of(row), of(original))));
  };
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const scoreOf = scorer(batch);
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = scoreOf(row);
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  return contributionsOf(
    batch,
    rows,
    ACTS.map((name) => ({ author: [name] })),
    scorer,
  );
}
