import { NO_ROW } from '../shared/columns.ts';
import type { Keys } from './keys.ts';

/** How much alike two posts are that have this in common; of several, the largest counts. */
const ALIKE = [
  { key: 'person', alike: 1 },
  { key: 'thread', alike: 0.8 },
  { key: 'source', alike: 0.4 },
  { key: 'kind', alike: 0.2 },
] as const;

/** Stands for a person who was read in an earlier visit: in `passed`, after those of ALIKE. */
const READ = ALIKE.length;

/** Posts that are considered for the next place. */
const LOOKAHEAD = 50;

export interface Balanced {
  order: Uint32Array;
  /** Per row what it had in common with the posts above when it was passed over: index into ALIKE, READ, or 255. */
  passed: Uint8Array;
}

/**
 * Maximal marginal relevance: each place takes, of the next posts in line, the one with the highest
 * `balance · relevance − (1 − balance) · likeness`, where relevance falls from 1 along the line and likeness is the
 * largest to the last `memory` posts placed, or to what was read of the person lately.
 *
 * @param read per row, how many posts of the person were read lately: one is a likeness of one half, many of nearly 1
 */
export function balance(keys: Keys, weight: number, memory: number, read: Float64Array): Balanced {
  const n = keys.person.length;
  const order = new Uint32Array(n);
  const passed = new Uint8Array(n).fill(255);
  /** Step at which a value was placed last, one-based; 0: never. */
  const placed = ALIKE.map(() => new Uint32Array(n));
  const values = ALIKE.map(({ key }) => keys[key]);
  const line: number[] = [];
  let next = 0;
  for (let step = 1; step <= n; step++) {
    while (line.length < LOOKAHEAD && next < n) line.push(next++);
    let best = 0;
    let bestValue = -Infinity;
    for (let place = 0; place < line.length; place++) {
      const row = line[place] ?? 0;
      const relevance = weight * (1 - place / LOOKAHEAD);
      if (relevance <= bestValue) break;
      const common = commonWith(values, placed, row, step, memory);
      const times = read[row] ?? 0;
      const lately = times / (1 + times);
      const alike = ALIKE[common]?.alike ?? 0;
      const value = relevance - (1 - weight) * Math.max(alike, lately);
      if (lately > alike) passed[row] = READ;
      else if (common !== 255) passed[row] = common;
      if (value > bestValue) {
        best = place;
        bestValue = value;
      }
    }
    const row = line[best] ?? 0;
    line.splice(best, 1);
    order[step - 1] = row;
    for (let which = 0; which < values.length; which++) {
      const value = values[which]?.[row] ?? NO_ROW;
      const steps = placed[which];
      if (value !== NO_ROW && steps !== undefined) steps[value] = step;
    }
  }
  return { order, passed };
}

/** What a row has most in common with the last posts placed: index into ALIKE, 255: nothing. */
function commonWith(
  values: readonly Uint32Array[],
  placed: readonly Uint32Array[],
  row: number,
  step: number,
  memory: number,
): number {
  for (let which = 0; which < values.length; which++) {
    const last = placed[which]?.[values[which]?.[row] ?? NO_ROW] ?? 0;
    if (last > 0 && step - last <= memory) return which;
  }
  return 255;
}
