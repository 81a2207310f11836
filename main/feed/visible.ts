import { HIDE } from './decision.ts';
import type { Effects } from './effects.ts';
import { orderDescending } from './sort-rows.ts';

const known = new WeakMap<Effects, Uint32Array>();

/** Rows that nothing hides, newest first; for the same effects the same array. */
export function visibleRows(effects: Effects): Uint32Array {
  const kept = known.get(effects);
  if (kept !== undefined) return kept;
  const rows: number[] = [];
  for (let row = 0; row < effects.severity.length; row++) if (effects.severity[row] !== HIDE) rows.push(row);
  const made = Uint32Array.from(rows);
  known.set(effects, made);
  return made;
}

/** The visible rows by their blend, best first; equal ones newest first, as they come. */
export function orderByBlend(visible: Uint32Array, blended: Float64Array): Uint32Array {
  return orderDescending(blended).map((place) => visible[place] ?? 0);
}
