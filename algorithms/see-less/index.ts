import { authorNumbers, indexes, NO_ROW } from '../shared/columns.ts';
import { numberSetting } from '../shared/settings.ts';
import type { Batch, Ctx, JsonObject } from '../types.ts';

let awayDays = 14;
let start = 0.2;
let backDays = 140;

export function init(settings: JsonObject, _ctx: Ctx): void {
  awayDays = numberSetting(settings, 'awayDays', 14);
  start = numberSetting(settings, 'start', 0.2);
  backDays = numberSetting(settings, 'backDays', 140);
}

/** What a post counts `days` after the owner wanted less: nothing while away, then evenly back to all of it. */
export function comeback(days: number, away = awayDays, from = start, back = backDays): number {
  if (Number.isNaN(days) || days >= away + back) return 1;
  return days < away ? 0 : from + ((1 - from) * (days - away)) / back;
}

/** A boost counts as the less wanted of the two: who boosts, and whose post it is. */
export function dampen(batch: Batch, _ctx: Ctx): Float64Array {
  const factors = authorNumbers(batch, 'lessDays').map((days) => comeback(days));
  const authorIdx = indexes(batch, 'authorIdx');
  const boostOfRow = indexes(batch, 'boostOfRow');
  const out = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) {
    const own = factors[authorIdx[row] ?? NO_ROW] ?? 1;
    const original = boostOfRow[row] ?? NO_ROW;
    out[row] = original === NO_ROW ? own : Math.min(own, factors[authorIdx[original] ?? NO_ROW] ?? 1);
  }
  return out;
}
