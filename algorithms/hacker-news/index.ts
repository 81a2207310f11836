import { indexes, numbers, throughBoosts } from '../shared/columns.ts';
import { contributions } from '../shared/explain.ts';
import { median } from '../shared/median.ts';
import { numberSetting } from '../shared/settings.ts';
import type { Batch, Ctx, JsonObject, PostColumn, RankOut } from '../types.ts';

const COUNTED = ['likes', 'boosts', 'replies', 'downs'] as const satisfies PostColumn[];

let gravity = 1.8;
let headStartHours = 2;
/** Points per like, boost, reply and down-vote. */
let worth = [1, 1, 0, -1];

export function init(settings: JsonObject, _ctx: Ctx): void {
  gravity = numberSetting(settings, 'gravity', 1.8);
  headStartHours = numberSetting(settings, 'headStartHours', 2);
  worth = [
    numberSetting(settings, 'likePoints', 1),
    numberSetting(settings, 'boostPoints', 1),
    numberSetting(settings, 'replyPoints', 0),
    -numberSetting(settings, 'downPoints', 1),
  ];
}

/**
 * Hacker News's published ranking (news.arc): `(p − 1)^0.8 / (hours + 2)^1.8`, where a submission starts with one
 * point, so that `gained` is `p − 1`. A loss of points counts as it is, without the root.
 */
export function heat(gained: number, ageHours: number, pull = gravity, headStart = headStartHours): number {
  const rise = gained > 0 ? Math.pow(gained, 0.8) : gained;
  return rise / Math.pow(Math.max(ageHours, 0) + headStart, pull);
}

/** Points of a row over the counts that are known; NaN when none that counts is. */
function gainedPoints(columns: readonly Float64Array[], row: number): number {
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

function countedColumns(batch: Batch): Float64Array[] {
  const boostOfRow = indexes(batch, 'boostOfRow');
  return COUNTED.map((name) => throughBoosts(numbers(batch, name), boostOfRow));
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const columns = countedColumns(batch);
  const ageHours = numbers(batch, 'ageHours');
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = heat(gainedPoints(columns, row), ageHours[row] ?? NaN);
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  const columns = countedColumns(batch);
  const ageHours = numbers(batch, 'ageHours');
  const middlePoints = gainedPoints(
    COUNTED.map((name) => Float64Array.of(median(numbers(batch, name)))),
    0,
  );
  const middleAge = median(ageHours);
  return contributions(
    rows,
    2,
    (row) => heat(gainedPoints(columns, row), ageHours[row] ?? NaN),
    (row, which) =>
      which === 0 ? heat(middlePoints, ageHours[row] ?? NaN) : heat(gainedPoints(columns, row), middleAge),
  );
}
