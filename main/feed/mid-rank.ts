import { orderDescending } from './sort-rows.ts';

/** Rank of a post that its ranker could not score. */
export const ESTIMATED_RANK = 0.5;

/**
 * Scores as mid-ranks in 0..1: the best is 1, the worst 0, equal scores share the mean of their places.
 * NaN stays NaN; the others are ranked among themselves. A single scored post is in the middle.
 */
export function midRanks(scores: Float64Array): Float64Array {
  const ranks = new Float64Array(scores.length).fill(NaN);
  const order = orderDescending(scores);
  let scored = order.length;
  while (scored > 0 && Number.isNaN(scores[order[scored - 1] ?? 0])) scored--;
  let start = 0;
  while (start < scored) {
    const score = scores[order[start] ?? 0];
    let end = start + 1;
    while (end < scored && scores[order[end] ?? 0] === score) end++;
    const rank = scored === 1 ? ESTIMATED_RANK : (scored - 1 - (start + end - 1) / 2) / (scored - 1);
    for (let place = start; place < end; place++) ranks[order[place] ?? 0] = rank;
    start = end;
  }
  return ranks;
}
