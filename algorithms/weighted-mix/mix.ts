import { FACTORS } from './factors.ts';

/** A factor's raw value per row, in the order of FACTORS; undefined or NaN: nothing is known, it adds nothing. */
export type Factors = readonly (((row: number) => number) | undefined)[];

export interface Weights {
  /** One per factor, in the order of FACTORS. */
  factors: Float64Array;
  /** How fast posts fade. */
  timeDecay: number;
  /** Multiplies the trending factors. */
  trending: number;
  /** Root that is drawn of each factor's part: large values count less than their size. */
  outlierDampener: number;
}

/** `agreeing`: as fedialgo computes; `corrected`: weights after damping, and fading of what speaks for a post only. */
export type MixMode = 'agreeing' | 'corrected';

function signedRoot(value: number, root: number): number {
  return root === 1 ? value : Math.sign(value) * Math.pow(Math.abs(value), 1 / root);
}

/**
 * One factor's part. Agreeing: `sign(x)·|x|^(1/dampener)` with `x = raw · weight`, so that a weight of 4 counts less
 * than four times one of 1. Corrected: the weight is applied to the dampened factor.
 */
export function part(mode: MixMode, raw: number, weight: number, trending: number, dampener: number): number {
  if (raw === 0 || weight === 0 || trending === 0 || Number.isNaN(raw)) return 0;
  return mode === 'agreeing'
    ? signedRoot(raw * weight * trending, dampener)
    : signedRoot(raw, dampener) * weight * trending;
}

/** `(timeDecay / 10 + 1)^(−age^1.2)`, fedialgo's fading; age in hours. */
export function decay(timeDecay: number, ageHours: number): number {
  return Math.pow(timeDecay / 10 + 1, -Math.pow(Math.max(ageHours, 0), 1.2));
}

/** What one row's factors add up to. */
export interface Sum {
  /** 1 plus what speaks for the post. */
  rise: number;
  /** What speaks against it, 0 or below. */
  fall: number;
}

export function sumOf(mode: MixMode, factors: Factors, weights: Weights, row: number): Sum {
  let rise = 1;
  let fall = 0;
  for (let which = 0; which < FACTORS.length; which++) {
    const factor = factors[which];
    const weight = weights.factors[which] ?? 0;
    if (factor === undefined || weight === 0) continue;
    const trending = FACTORS[which]?.trending === true ? weights.trending : 1;
    const value = part(mode, factor(row), weight, trending, weights.outlierDampener);
    if (value > 0) rise += value;
    else fall += value;
  }
  return { rise, fall };
}

/** The score: the sum fades with age; corrected: only what speaks for the post does, so that time alone lifts nothing. */
export function scoreOf(mode: MixMode, factors: Factors, weights: Weights, row: number, ageHours: number): number {
  const { rise, fall } = sumOf(mode, factors, weights, row);
  const fading = decay(weights.timeDecay, ageHours);
  return mode === 'agreeing' ? (rise + fall) * fading : rise * fading + fall;
}
