import { indexes, NO_ROW, numbers, throughBoosts } from '../shared/columns.ts';
import { choiceSetting, numberSetting } from '../shared/settings.ts';
import { contributionsOf } from '../shared/without.ts';
import type { Batch, Ctx, JsonObject, PostColumn, RankOut } from '../types.ts';

const COUNTED = ['likes', 'boosts', 'replies', 'downs'] as const satisfies PostColumn[];
const MONTH_HOURS = 30 * 24;

let gravity = 1.8;
let fairness = 1;
let sourceOf: 'author' | 'source' = 'author';
/** Points per like, boost, reply and down-vote. */
let worth = [1, 1, 0, -1];

export function init(settings: JsonObject, _ctx: Ctx): void {
  gravity = numberSetting(settings, 'gravity', 1.8);
  fairness = numberSetting(settings, 'fairness', 1);
  sourceOf = choiceSetting(settings, 'source', ['author', 'source']);
  worth = [
    numberSetting(settings, 'likePoints', 1),
    numberSetting(settings, 'boostPoints', 1),
    numberSetting(settings, 'replyPoints', 0),
    -numberSetting(settings, 'downPoints', 1),
  ];
}

/** Lemmy's published hot rank: `log10(max(2, points + 2)) / (hours + 2)^1.8`. */
export function heat(points: number, ageHours: number, pull = gravity): number {
  return Math.log10(Math.max(2, points + 2)) / Math.pow(Math.max(ageHours, 0) + 2, pull);
}

/** Lemmy's published scale: what a heat is divided by for a source of this activity in a month. */
export function scale(activity: number): number {
  return Math.log10(2 + 0.1 * activity);
}

/** Points of a row over the counts that are known; NaN when none that counts is. */
function pointsOf(columns: readonly Float64Array[], row: number): number {
  let points = 0;
  let known = false;
  for (let kind = 0; kind < columns.length; kind++) {
    const each = worth[kind] ?? 0;
    const count = columns[kind]?.[row] ?? NaN;
    if (each === 0 || Number.isNaN(count)) continue;
    points += each * count;
    known = true;
  }
  return known ? points : NaN;
}

/** Per source its posts of the last month and the reactions to them, boosts left out: they are of somebody else's posts. */
function activities(batch: Batch, source: Uint32Array, boostOfRow: Uint32Array, ageHours: Float64Array): Float64Array {
  let sources = 0;
  for (const number of source) if (number !== NO_ROW && number >= sources) sources = number + 1;
  const activity = new Float64Array(sources);
  const counts = [numbers(batch, 'likes'), numbers(batch, 'boosts'), numbers(batch, 'replies')];
  for (let row = 0; row < batch.n; row++) {
    const number = source[row] ?? NO_ROW;
    if (number === NO_ROW || (boostOfRow[row] ?? NO_ROW) !== NO_ROW || !((ageHours[row] ?? NaN) <= MONTH_HOURS))
      continue;
    let reactions = 1;
    for (const count of counts) reactions += Math.max(count[row] ?? 0, 0) || 0;
    activity[number] = (activity[number] ?? 0) + reactions;
  }
  return activity;
}

/** A boost is measured by the reactions to the post it repeats, against that post's source, at its own age. */
function scorer(batch: Batch): (row: number) => number {
  const boostOfRow = indexes(batch, 'boostOfRow');
  const ageHours = numbers(batch, 'ageHours');
  const source = indexes(batch, sourceOf === 'author' ? 'authorIdx' : 'sourceIdx');
  const columns = COUNTED.map((name) => throughBoosts(numbers(batch, name), boostOfRow));
  const activity = activities(batch, source, boostOfRow, ageHours);
  const scales = activity.map((each) => Math.pow(scale(each), fairness));
  const unknown = Math.pow(scale(0), fairness);
  return (row) => {
    const original = boostOfRow[row] ?? NO_ROW;
    const number = source[original === NO_ROW ? row : original] ?? NO_ROW;
    return heat(pointsOf(columns, row), ageHours[row] ?? NaN) / (scales[number] ?? unknown);
  };
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const scoreOf = scorer(batch);
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = scoreOf(row);
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  return contributionsOf(batch, rows, [{ post: COUNTED }, { post: ['ageHours'] }], scorer);
}
