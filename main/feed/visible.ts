import { NO_ROW } from '../../protocol/columns.ts';
import { HIDE } from './decision.ts';
import type { Effects } from './effects.ts';
import { pick, rememberedFor } from './post-set.ts';
import { orderDescending } from './sort-rows.ts';

const known = new WeakMap<Effects, Uint32Array>();

/** Rows that nothing hides, newest first; for the same effects the same array. */
export function visibleRows(effects: Effects): Uint32Array {
  return rememberedFor(known, effects, () => rowsWhere(effects, false));
}

const knownHidden = new WeakMap<Effects, Uint32Array>();

/** Rows that something hides, newest first; for the same effects the same array. */
export function hiddenRows(effects: Effects): Uint32Array {
  return rememberedFor(knownHidden, effects, () => rowsWhere(effects, true));
}

function rowsWhere({ severity }: Effects, hidden: boolean): Uint32Array {
  const rows = new Uint32Array(severity.length);
  let count = 0;
  for (let row = 0; row < severity.length; row++) if ((severity[row] === HIDE) === hidden) rows[count++] = row;
  return rows.slice(0, count);
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
  return pick(visible, orderDescending(blended), new Uint32Array(blended.length), 0);
}
