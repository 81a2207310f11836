import { indexes, numbers, throughBoosts } from '../shared/columns.ts';
import { contributions } from '../shared/explain.ts';
import { median } from '../shared/median.ts';
import { choiceSetting, flagSetting, numberSetting } from '../shared/settings.ts';
import type { Batch, Ctx, JsonObject, RankOut } from '../types.ts';
import { confidence, controversy, hot } from './formulas.ts';

const HOUR_SECONDS = 3600;

let mode: 'hot' | 'best' | 'controversial' = 'hot';
let repliesAgainst = false;
/** Seconds that weigh as much as ten times the votes. */
let pace = 45000;

export function init(settings: JsonObject, _ctx: Ctx): void {
  mode = choiceSetting(settings, 'mode', ['hot', 'best', 'controversial']);
  repliesAgainst = flagSetting(settings, 'repliesAgainst', false);
  pace = numberSetting(settings, 'paceHours', 12.5) * HOUR_SECONDS;
}

interface Columns {
  likes: Float64Array;
  boosts: Float64Array;
  replies: Float64Array;
  downs: Float64Array;
  ageHours: Float64Array;
}

function columnsOf(batch: Batch): Columns {
  const boostOfRow = indexes(batch, 'boostOfRow');
  return {
    likes: throughBoosts(numbers(batch, 'likes'), boostOfRow),
    boosts: throughBoosts(numbers(batch, 'boosts'), boostOfRow),
    replies: throughBoosts(numbers(batch, 'replies'), boostOfRow),
    downs: throughBoosts(numbers(batch, 'downs'), boostOfRow),
    ageHours: numbers(batch, 'ageHours'),
  };
}

function medians(batch: Batch): Columns {
  const middle = (name: 'likes' | 'boosts' | 'replies' | 'downs' | 'ageHours'): Float64Array =>
    Float64Array.of(median(numbers(batch, name)));
  return {
    likes: middle('likes'),
    boosts: middle('boosts'),
    replies: middle('replies'),
    downs: middle('downs'),
    ageHours: middle('ageHours'),
  };
}

/** Likes and boosts, as far as they are known; NaN when neither is. */
function upsOf({ likes, boosts }: Columns, row: number): number {
  const like = likes[row] ?? NaN;
  const boost = boosts[row] ?? NaN;
  if (Number.isNaN(like)) return boost;
  return Number.isNaN(boost) ? like : like + boost;
}

function downsOf({ downs, replies }: Columns, row: number): number {
  const down = downs[row] ?? NaN;
  return Number.isNaN(down) && repliesAgainst ? (replies[row] ?? NaN) : down;
}

/** Most sources have no down-votes: for hot and best an unknown number counts as none, for controversial it is needed. */
function value(ups: number, downs: number, ageHours: number, now: number): number {
  if (mode === 'controversial') return controversy(ups, downs);
  const against = Number.isNaN(downs) ? 0 : downs;
  if (mode === 'best') return confidence(ups, against);
  return hot(ups, against, now / 1000 - Math.max(ageHours, 0) * HOUR_SECONDS, pace);
}

export function score(batch: Batch, ctx: Ctx): RankOut {
  const columns = columnsOf(batch);
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++)
    scores[row] = value(upsOf(columns, row), downsOf(columns, row), columns.ageHours[row] ?? NaN, ctx.now);
  return { score: scores };
}

export function explain(batch: Batch, ctx: Ctx, rows: Uint32Array): Float64Array {
  const columns = columnsOf(batch);
  const middle = medians(batch);
  const of = (ups: Columns, downs: Columns, age: Columns, row: number): number =>
    value(
      upsOf(ups, ups === middle ? 0 : row),
      downsOf(downs, downs === middle ? 0 : row),
      age.ageHours[age === middle ? 0 : row] ?? NaN,
      ctx.now,
    );
  return contributions(
    rows,
    3,
    (row) => of(columns, columns, columns, row),
    (row, which) =>
      of(which === 0 ? middle : columns, which === 1 ? middle : columns, which === 2 ? middle : columns, row),
  );
}
