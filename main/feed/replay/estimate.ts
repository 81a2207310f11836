import type { Estimate } from '../../../protocol/owner/replay.ts';

/** 97.5th percentile of the standard normal distribution. */
const Z = 1.959963984540054;

/** Mean of a value per visit, with the normal 95 % interval of a mean; null: no visit has one. */
export function meanOf(values: readonly number[]): Estimate | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = n < 2 ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  // One visit says nothing about how visits differ.
  const half = n < 2 ? Infinity : Z * Math.sqrt(variance / n);
  return { mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half), of: n };
}

/** A share of `n` with Wilson's 95 % interval; null: of nothing. */
export function shareOf(count: number, n: number): Estimate | null {
  if (n === 0) return null;
  const share = count / n;
  const middle = (share + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  return { mean: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half), of: n };
}

/**
 * Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002, exponential gain) of an order's first `k`, against
 * the best order of the same posts; null where nothing has a gain.
 */
export function ndcg(gains: readonly number[], ideal: readonly number[], k: number): number | null {
  const best = discounted(
    [...ideal].sort((a, b) => b - a),
    k,
  );
  return best === 0 ? null : discounted(gains, k) / best;
}

function discounted(gains: readonly number[], k: number): number {
  return gains.slice(0, k).reduce((sum, gain, place) => sum + (2 ** gain - 1) / Math.log2(place + 2), 0);
}

/** Gini coefficient of amounts, 0 where all are equal; null: of nothing. */
export function gini(amounts: readonly number[]): number | null {
  const n = amounts.length;
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (n === 0 || total === 0) return null;
  const weighted = [...amounts].sort((a, b) => a - b).reduce((sum, amount, place) => sum + (place + 1) * amount, 0);
  return (2 * weighted) / (n * total) - (n + 1) / n;
}
