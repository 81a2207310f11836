import { numberSetting } from '../shared/settings.ts';
import { contributionsOf } from '../shared/without.ts';
import type { Batch, Ctx, JsonObject, RankOut } from '../types.ts';
import { FEATURES, readers } from './features.ts';
import { bradleyTerry, type Taste } from './learner.ts';

/** First number of a state, so that one of other features is not read. */
const FORM = 1;

let caution = 1;
let enough = 10;

export function init(settings: JsonObject, _ctx: Ctx): void {
  caution = numberSetting(settings, 'caution', 1);
  enough = numberSetting(settings, 'enough', 10);
}

/** Mean and deviation of what is known of a feature. */
function spreadOf(read: (row: number) => number, n: number): [mean: number, deviation: number] {
  let known = 0;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < n; row++) {
    const value = read(row);
    if (Number.isNaN(value)) continue;
    known++;
    sum += value;
    squares += value * value;
  }
  const mean = known === 0 ? 0 : sum / known;
  return [mean, known === 0 ? 0 : Math.sqrt(Math.max(squares / known - mean * mean, 0))];
}

/** What isn't known, or is always the same, counts as ordinary. */
function standardised(value: number, mean: number, deviation: number): number {
  return Number.isNaN(value) || deviation < 1e-9 ? 0 : (value - mean) / deviation;
}

/** Learns from comparisons: rows 2i and 2i + 1 are a pair of which the first was preferred. */
export function fit(batch: Batch, _ctx: Ctx): Float64Array {
  const read = readers(batch);
  const spreads = read.map((one) => spreadOf(one, batch.n));
  const valuesOf = (row: number): Float64Array =>
    Float64Array.from(read, (one, at) => standardised(one(row), ...(spreads[at] ?? [0, 0])));
  const pairs = Array.from({ length: batch.n >> 1 }, (_, pair) => 2 * pair);
  const weight = bradleyTerry(
    pairs.map(valuesOf),
    pairs.map((row) => valuesOf(row + 1)),
    FEATURES.length,
    caution,
  );
  return Float64Array.from([
    FORM,
    pairs.length,
    ...weight,
    ...spreads.map(([mean]) => mean),
    ...spreads.map(([, deviation]) => deviation),
  ]);
}

/** What a state says; undefined where there is none, or too little was answered. */
function tasteIn(state: Float64Array | undefined): Taste | undefined {
  const size = FEATURES.length;
  if (state?.length !== 2 + 3 * size || state[0] !== FORM || !((state[1] ?? 0) >= enough)) return undefined;
  const part = (which: number): Float64Array => state.subarray(2 + which * size, 2 + (which + 1) * size);
  return { weight: part(0), mean: part(1), deviation: part(2) };
}

function scorer(batch: Batch, taste: Taste): (row: number) => number {
  const read = readers(batch);
  return (row) => {
    let sum = 0;
    for (let at = 0; at < read.length; at++) {
      const value = read[at]?.(row) ?? NaN;
      sum += (taste.weight[at] ?? 0) * standardised(value, taste.mean[at] ?? 0, taste.deviation[at] ?? 0);
    }
    return sum;
  };
}

export function score(batch: Batch, ctx: Ctx): RankOut {
  const taste = tasteIn(ctx.state);
  const scores = new Float64Array(batch.n).fill(NaN);
  if (taste === undefined) return { score: scores };
  const scoreOf = scorer(batch, taste);
  for (let row = 0; row < batch.n; row++) scores[row] = scoreOf(row);
  return { score: scores };
}

export function explain(batch: Batch, ctx: Ctx, rows: Uint32Array): Float64Array {
  const taste = tasteIn(ctx.state);
  if (taste === undefined) return new Float64Array(rows.length * FEATURES.length);
  const reads = FEATURES.map(({ post, author }) => ({
    ...(post !== undefined && { post: [post] }),
    ...(author !== undefined && { author: [author] }),
  }));
  return contributionsOf(batch, rows, reads, (changed) => scorer(changed, taste));
}
