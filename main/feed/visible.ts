import { NO_ROW } from '../../protocol/columns.ts';
import { HIDE } from './decision.ts';
import type { Effects } from './effects.ts';
import { rememberedFor } from './post-set.ts';
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

/** Rows that something hides, newest first. */
export function hiddenRows(effects: Effects): Uint32Array {
  const rows: number[] = [];
  for (const [row, severity] of effects.severity.entries()) if (severity === HIDE) rows.push(row);
  return Uint32Array.from(rows);
}

const places = new WeakMap<Uint32Array, Uint32Array>();

/** Place of a row of a window of `n` posts among the visible ones; null: it isn't visible. */
export function placeAmong(visible: Uint32Array, n: number, row: number): number | null {
  const byRow = rememberedFor(places, visible, () => {
    const made = new Uint32Array(n).fill(NO_ROW);
    visible.forEach((other, place) => (made[other] = place));
    return made;
  });
  const place = byRow[row] ?? NO_ROW;
  return place === NO_ROW ? null : place;
}

/** The visible rows by their blend, best first; equal ones newest first, as they come. */
export function orderByBlend(visible: Uint32Array, blended: Float64Array): Uint32Array {
  return orderDescending(blended).map((place) => visible[place] ?? 0);
}
