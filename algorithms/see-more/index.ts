import { authorNumbers, indexes, NO_ROW } from '../shared/columns.ts';
import { numberSetting } from '../shared/settings.ts';
import { contributionsOf } from '../shared/without.ts';
import type { Batch, Ctx, JsonObject, RankOut } from '../types.ts';

/** What a wish for less takes from the wishes for more. */
let against = 1;

export function init(settings: JsonObject, _ctx: Ctx): void {
  against = numberSetting(settings, 'against', 1);
}

/** `log2(1 + more − against · less)` of the author, never below 0. A boost counts for whom more was wanted of. */
function scorer(batch: Batch): (row: number) => number {
  const more = authorNumbers(batch, 'myMore');
  const less = authorNumbers(batch, 'myLess');
  const worth = more.map((wishes, author) => {
    const left = Math.max(wishes, 0) - against * Math.max(less[author] ?? 0, 0);
    return Math.log2(1 + Math.max(left, 0));
  });
  const authorIdx = indexes(batch, 'authorIdx');
  const boostOfRow = indexes(batch, 'boostOfRow');
  const of = (row: number): number => worth[authorIdx[row] ?? NO_ROW] ?? 0;
  return (row) => {
    const original = boostOfRow[row] ?? NO_ROW;
    return original === NO_ROW ? of(row) : Math.max(of(row), of(original));
  };
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const scores = new Float64Array(batch.n).fill(NaN);
  // Where nobody was wished for, nothing can be told.
  if (!authorNumbers(batch, 'myMore').some((wishes) => wishes > 0)) return { score: scores };
  const scoreOf = scorer(batch);
  for (let row = 0; row < batch.n; row++) scores[row] = scoreOf(row);
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  return contributionsOf(batch, rows, [{ author: ['myMore'] }, { author: ['myLess'] }], scorer);
}
