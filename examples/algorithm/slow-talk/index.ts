import type { Batch, Ctx, JsonObject, RankOut } from '../../../sdk/index.d.ts';

let patience = 5;

export function init(settings: JsonObject, _ctx: Ctx): void {
  if (typeof settings['patience'] === 'number') patience = settings['patience'];
}

/** Share of answers among all reactions, drawn towards a half while there are few. NaN: no count is known. */
function talk(replies: number, likes: number, boosts: number): number {
  if (Number.isNaN(replies)) return NaN;
  const applause = (Number.isNaN(likes) ? 0 : likes) + (Number.isNaN(boosts) ? 0 : boosts);
  const all = replies + applause + patience;
  return all === 0 ? 0.5 : (replies + patience / 2) / all;
}

interface Counts {
  replies: Float64Array;
  likes: Float64Array;
  boosts: Float64Array;
}

function countsOf(batch: Batch): Counts {
  const unknown = new Float64Array(batch.n).fill(NaN);
  const { replies = unknown, likes = unknown, boosts = unknown } = batch.f64;
  return { replies, likes, boosts };
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const { replies, likes, boosts } = countsOf(batch);
  const out = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) out[row] = talk(replies[row] ?? NaN, likes[row] ?? NaN, boosts[row] ?? NaN);
  return { score: out };
}

/** The lower of the two middle values that are known. */
function middle(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known[(known.length - 1) >> 1] ?? NaN;
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  const { replies, likes, boosts } = countsOf(batch);
  const [middleReplies, middleLikes, middleBoosts] = [middle(replies), middle(likes), middle(boosts)];
  const out = new Float64Array(rows.length * 2);
  for (const [place, row] of rows.entries()) {
    const [answers, liked, boosted] = [replies[row] ?? NaN, likes[row] ?? NaN, boosts[row] ?? NaN];
    const whole = talk(answers, liked, boosted);
    out[place * 2] = whole - talk(middleReplies, liked, boosted);
    out[place * 2 + 1] = whole - talk(answers, middleLikes, middleBoosts);
  }
  return out;
}
