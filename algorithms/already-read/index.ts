import { counts, flags, indexes, NO_ROW } from '../shared/columns.ts';
import { flagSetting, numberSetting } from '../shared/settings.ts';
import type { Batch, Ctx, JsonObject } from '../types.ts';

let read = 0.2;
let floor = 0.05;
let repeated = 0.5;
let spareMentions = true;

export function init(settings: JsonObject, _ctx: Ctx): void {
  read = numberSetting(settings, 'read', 0.2);
  floor = numberSetting(settings, 'floor', 0.05);
  repeated = numberSetting(settings, 'repeated', 0.5);
  spareMentions = flagSetting(settings, 'spareMentions', true);
}

/** What a post counts that was on the screen `times` times, in whatever form. */
export function readFactor(times: number, each = read, least = floor): number {
  return times === 0 ? 1 : Math.max(Math.pow(each, times), Math.min(each, least));
}

/** A number per row that a post and all boosts of it share. */
function sameAs(batch: Batch): Uint32Array {
  const boostOfRow = indexes(batch, 'boostOfRow');
  const boostOfIdx = indexes(batch, 'boostOfIdx');
  /** Boosted posts that are here, by their number. */
  const rowOf = new Map<number, number>();
  for (let row = 0; row < batch.n; row++) {
    const number = boostOfIdx[row] ?? NO_ROW;
    if (number !== NO_ROW)
      rowOf.set(number, boostOfRow[row] === NO_ROW ? batch.n + number : (boostOfRow[row] ?? NO_ROW));
  }
  return Uint32Array.from({ length: batch.n }, (_, row) => rowOf.get(boostOfIdx[row] ?? NO_ROW) ?? row);
}

/** The newest form of a post counts in full, each older one less; what was read, in whatever form, less still. */
export function dampen(batch: Batch, _ctx: Ctx): Float64Array {
  const seen = counts(batch, 'seenCount');
  const mentionsMe = flags(batch, 'mentionsMe');
  const same = sameAs(batch);
  const times = new Map<number, number>();
  for (let row = 0; row < batch.n; row++) {
    const post = same[row] ?? row;
    times.set(post, (times.get(post) ?? 0) + (seen[row] ?? 0));
  }
  const forms = new Map<number, number>();
  const out = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) {
    const post = same[row] ?? row;
    const newer = forms.get(post) ?? 0;
    forms.set(post, newer + 1);
    const spared = spareMentions && mentionsMe[row] === 1;
    out[row] = spared ? 1 : readFactor(times.get(post) ?? 0) * Math.pow(repeated, newer);
  }
  return out;
}
