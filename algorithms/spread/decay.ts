import { NO_ROW } from '../shared/columns.ts';
import type { Keys } from './keys.ts';

/** What the post of somebody counts who has `k` posts above it: `floor + (1 − floor) · decay^k`. */
export function repeatFactor(k: number, decay: number, floor: number): number {
  return floor + (1 - floor) * Math.pow(decay, k);
}

/** Counts from 0 how often each value came before, per row. */
function earlier(values: Uint32Array): Uint32Array {
  const seen = new Uint32Array(values.length);
  return values.map((value) => {
    if (value === NO_ROW) return 0;
    const before = seen[value] ?? 0;
    seen[value] = before + 1;
    return before;
  });
}

/** Places before which the order is taken as nearly equal: a factor of one half moves the first post about this far. */
const HEAD = 10;
/** The smallest factor, so that a place stays a number. */
const LEAST = 0.01;
/** Places are compared in steps of 1/64; within a step the order given stays. */
const STEPS = 64;
const ROWS = 2 ** 18;

export interface Spread {
  order: Uint32Array;
  /** Per row: posts of the same person, above it or read lately, and of the same conversation above it. */
  byPerson: Float64Array;
  byThread: Uint32Array;
}

/**
 * Orders rows by `(place + 10) / factor`, with the product of the person's and the conversation's factor: a post that
 * counts half stands about twice as far down. Person and place fix the result, whatever the scores were.
 *
 * @param read per row, how many posts of the person were read lately: they count as above it
 */
export function spreadByDecay(
  keys: Keys,
  authorDecay: number,
  threadDecay: number,
  floor: number,
  read: Float64Array,
): Spread {
  const n = keys.person.length;
  const above = earlier(keys.person);
  const byPerson = read.map((times, row) => times + (above[row] ?? 0));
  const byThread = earlier(keys.thread);
  const sortable = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const factor =
      repeatFactor(byPerson[row] ?? 0, authorDecay, floor) * repeatFactor(byThread[row] ?? 0, threadDecay, floor);
    const place = (row + HEAD) / Math.max(factor, LEAST);
    sortable[row] = Math.floor(place * STEPS) * ROWS + row;
  }
  sortable.sort();
  const order = new Uint32Array(n);
  for (let place = 0; place < n; place++) order[place] = (sortable[place] ?? 0) % ROWS;
  return { order, byPerson, byThread };
}
