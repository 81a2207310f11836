import { authorNumbers, indexes, NO_ROW, numbers, throughBoosts } from '../shared/columns.ts';
import { contributions } from '../shared/explain.ts';
import { median } from '../shared/median.ts';
import { flagSetting, numberSetting } from '../shared/settings.ts';
import type { Batch, Ctx, JsonObject, PostColumn, RankOut } from '../types.ts';

const COUNTED = ['replies', 'boosts', 'likes'] as const satisfies PostColumn[];

/** Hours in which a post gathers half of its reactions. */
let halfHours = 6;
/** Reactions added to both sides, so that one like on a quiet account is not a sensation. */
let caution = 2;
let ofBoosts = true;

export function init(settings: JsonObject, _ctx: Ctx): void {
  halfHours = numberSetting(settings, 'halfHours', 6);
  caution = numberSetting(settings, 'caution', 2);
  ofBoosts = flagSetting(settings, 'boosts', true);
}

/**
 * How many times its usual reactions a post has, in doublings: `log2((reactions + c) / (usual · share(age) + c))` with
 * `share(age) = 1 − 2^(−age / halfHours)`, the part of its reactions that a post of that age has gathered.
 */
export function surprise(reactions: number, usual: number, ageHours: number): number {
  const share = 1 - Math.pow(2, -Math.max(ageHours, 0) / halfHours);
  return Math.log2((reactions + caution) / (usual * share + caution));
}

/** The counts that are known; NaN when none is. */
function reactionsOf(columns: readonly Float64Array[], row: number): number {
  let sum = NaN;
  for (const column of columns) {
    const count = column[row] ?? NaN;
    if (!Number.isNaN(count)) sum = Number.isNaN(sum) ? count : sum + count;
  }
  return sum;
}

interface Facts {
  /** Whether the row's own age counts, and its own author: those of a boost do not, unless they boost themselves. */
  ownAge: (row: number) => boolean;
  ownAuthor: (row: number) => boolean;
  reactions: (row: number) => number;
  usual: (row: number) => number;
  age: (row: number) => number;
}

/** A boost is measured as the post it repeats, against that post's author. */
function factsOf(batch: Batch): Facts {
  const boostOfRow = indexes(batch, 'boostOfRow');
  const authorIdx = indexes(batch, 'authorIdx');
  const ageHours = numbers(batch, 'ageHours');
  const usual = authorNumbers(batch, 'medianEngagement');
  const columns = COUNTED.map((name) => throughBoosts(numbers(batch, name), boostOfRow));
  const original = (row: number): number => {
    const target = boostOfRow[row] ?? NO_ROW;
    return target === NO_ROW ? row : target;
  };
  return {
    ownAge: (row) => original(row) === row,
    ownAuthor: (row) => authorIdx[original(row)] === authorIdx[row],
    reactions: (row) => (original(row) !== row && !ofBoosts ? NaN : reactionsOf(columns, row)),
    usual: (row) => usual[authorIdx[original(row)] ?? NO_ROW] ?? NaN,
    age: (row) => ageHours[original(row)] ?? NaN,
  };
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const { reactions, usual, age } = factsOf(batch);
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = surprise(reactions(row), usual(row), age(row));
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  const { ownAge, ownAuthor, reactions, usual, age } = factsOf(batch);
  const middle = reactionsOf(
    COUNTED.map((name) => Float64Array.of(median(numbers(batch, name)))),
    0,
  );
  const middleUsual = median(authorNumbers(batch, 'medianEngagement'));
  const middleAge = median(numbers(batch, 'ageHours'));
  return contributions(
    rows,
    3,
    (row) => surprise(reactions(row), usual(row), age(row)),
    (row, which) =>
      surprise(
        which === 0 ? middle : reactions(row),
        which === 1 && ownAuthor(row) ? middleUsual : usual(row),
        which === 2 && ownAge(row) ? middleAge : age(row),
      ),
  );
}
