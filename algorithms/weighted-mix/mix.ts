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

/** `(timeDecay / 10 + 1)^(−age^1.2)`, fedialgo's fading; age in hours. */
export function decay(timeDecay: number, ageHours: number): number {
  return Math.pow(timeDecay / 10 + 1, -Math.pow(Math.max(ageHours, 0), 1.2));
}

/** Most factors are small counts: their parts are worked out once. */
const SMALL = 64;

/** One way of mixing, with its weights. */
export class Mix {
  readonly #mode: MixMode;
  readonly #weights: Weights;
  readonly #small = new Float64Array(FACTORS.length * SMALL).fill(NaN);

  constructor(mode: MixMode, weights: Weights) {
    this.#mode = mode;
    this.#weights = weights;
  }

  /**
   * One factor's part. Agreeing: `sign(x)·|x|^(1/dampener)` with `x = raw · weight`, so that a weight of 4 counts less
   * than four times one of 1. Corrected: the weight is applied to the dampened factor.
   */
  part(which: number, raw: number): number {
    if (!(raw >= 0 && raw < SMALL) || raw !== Math.floor(raw)) return this.#work(which, raw);
    const place = which * SMALL + raw;
    const known = this.#small[place] ?? NaN;
    if (!Number.isNaN(known)) return known;
    const worked = this.#work(which, raw);
    this.#small[place] = worked;
    return worked;
  }

  #work(which: number, raw: number): number {
    const { factors, trending, outlierDampener } = this.#weights;
    const own = factors[which] ?? 0;
    const all = FACTORS[which]?.trending === true ? trending : 1;
    if (raw === 0 || own === 0 || all === 0 || Number.isNaN(raw)) return 0;
    return this.#mode === 'agreeing'
      ? signedRoot(raw * own * all, outlierDampener)
      : signedRoot(raw, outlierDampener) * own * all;
  }

  /**
   * The score: 1 plus the parts, fading with age. Corrected: only what speaks for the post fades, so that time alone
   * lifts nothing.
   */
  score(factors: Factors, row: number, ageHours: number): number {
    let rise = 1;
    let fall = 0;
    for (let which = 0; which < factors.length; which++) {
      const factor = factors[which];
      if (factor === undefined) continue;
      const value = this.part(which, factor(row));
      if (value > 0) rise += value;
      else fall += value;
    }
    const fading = decay(this.#weights.timeDecay, ageHours);
    return this.#mode === 'agreeing' ? (rise + fall) * fading : rise * fading + fall;
  }
}
