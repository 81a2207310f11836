/** What has been learnt: weights over standardised features. */
export interface Taste {
  readonly weight: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

const STEPS = 30;
const ENOUGH = 1e-10;

/**
 * Bradley–Terry with L2: the weights that make the answers likeliest, `P(i before j) = 1 / (1 + e^−(w · (x_i − x_j)))`, less
 * `caution / 2 · |w|²`. Found by Newton's steps; the function is convex, so where they start doesn't matter.
 *
 * @param better per pair the preferred one's values, standardised; `worse` the other's
 */
export function bradleyTerry(
  better: readonly Float64Array[],
  worse: readonly Float64Array[],
  size: number,
  caution: number,
): Float64Array {
  const weight = new Float64Array(size);
  const differences = better.map((values, pair) => values.map((value, at) => value - (worse[pair]?.[at] ?? 0)));
  for (let step = 0; step < STEPS; step++) {
    const gradient = weight.map((value) => -caution * value);
    const curve = Array.from({ length: size }, (_, at) => new Float64Array(size).fill(caution, at, at + 1));
    for (const difference of differences) {
      const wrong = 1 / (1 + Math.exp(dot(weight, difference)));
      const bend = wrong * (1 - wrong);
      for (let i = 0; i < size; i++) {
        const part = difference[i] ?? 0;
        gradient[i] = (gradient[i] ?? 0) + wrong * part;
        const row = curve[i];
        if (row === undefined || part === 0) continue;
        for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) + bend * part * (difference[j] ?? 0);
      }
    }
    const change = solved(curve, gradient);
    let largest = 0;
    for (let i = 0; i < size; i++) {
      weight[i] = (weight[i] ?? 0) + (change[i] ?? 0);
      largest = Math.max(largest, Math.abs(change[i] ?? 0));
    }
    if (largest < ENOUGH) break;
  }
  return weight;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** Solves a symmetric positive definite system by elimination; both sides are used up. */
function solved(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    const pivot = matrix[k]?.[k] ?? 1;
    for (let i = k + 1; i < n; i++) {
      const row = matrix[i];
      const factor = (row?.[k] ?? 0) / pivot;
      if (row === undefined || factor === 0) continue;
      for (let j = k; j < n; j++) row[j] = (row[j] ?? 0) - factor * (matrix[k]?.[j] ?? 0);
      right[i] = (right[i] ?? 0) - factor * (right[k] ?? 0);
    }
  }
  const found = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let rest = right[i] ?? 0;
    for (let j = i + 1; j < n; j++) rest -= (matrix[i]?.[j] ?? 0) * (found[j] ?? 0);
    found[i] = rest / (matrix[i]?.[i] ?? 1);
  }
  return found;
}
