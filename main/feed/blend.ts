import { ESTIMATED_RANK } from './mid-rank.ts';

/** One ranker's part in a blend: `rank` is 0..1 per post, NaN where it could not score. */
export interface Ranking {
  readonly weight: number;
  readonly rank: Float64Array;
}

/** Weighted mean of the rankings per post; NaN counts as the middle. Without any weight every post is equal. */
export function blend(n: number, rankings: readonly Ranking[]): Float64Array {
  const blended = new Float64Array(n);
  const weights = totalWeight(rankings);
  if (weights === 0) return blended.fill(ESTIMATED_RANK);
  for (const { weight, rank } of rankings) {
    if (weight === 0) continue;
    for (let i = 0; i < n; i++) {
      const value = rank[i] ?? NaN;
      blended[i] = (blended[i] ?? 0) + weight * (Number.isNaN(value) ? ESTIMATED_RANK : value);
    }
  }
  for (let i = 0; i < n; i++) blended[i] = (blended[i] ?? 0) / weights;
  return blended;
}

/** Weight of a blend, over which shares are taken: a failed ranker is not in it, so its weight falls to the others. */
export function totalWeight(rankings: readonly Ranking[]): number {
  let sum = 0;
  for (const { weight } of rankings) sum += weight;
  return sum;
}

/** Scores that already span 0..1, as ranks: clamped, NaN kept. */
export function scoresAsRanks(scores: Float64Array): Float64Array {
  return scores.map((score) => Math.min(1, Math.max(0, score)));
}

/** Scores held within the bounds that the manifest declares; null is no bound. */
export function clampScores(
  scores: Float64Array,
  bounds: readonly [number | null, number | null] | undefined,
): Float64Array {
  const low = bounds?.[0] ?? -Infinity;
  const high = bounds?.[1] ?? Infinity;
  const clamped = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) clamped[i] = Math.min(high, Math.max(low, scores[i] ?? NaN));
  return clamped;
}

/** Multiplies each post's blend by each damper's factor; a factor that is not a number leaves the post alone. */
export function damp(blended: Float64Array, factors: readonly Float64Array[]): Float64Array {
  const damped = Float64Array.from(blended);
  for (const factor of factors) {
    for (let i = 0; i < damped.length; i++) damped[i] = (damped[i] ?? 0) * dampingFactor(factor[i]);
  }
  return damped;
}

/** A damper's factor as it takes effect: within 0..1, 1 where it is not a number. */
export function dampingFactor(factor: number | undefined): number {
  return factor === undefined || Number.isNaN(factor) ? 1 : Math.min(1, Math.max(0, factor));
}
