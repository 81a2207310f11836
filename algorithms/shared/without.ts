import type { AuthorColumn, Batch, Columns, PostColumn } from '../types.ts';
import { NO_ROW } from './columns.ts';
import { contributions } from './explain.ts';
import { median } from './median.ts';

/** What a contribution depends on, as its manifest names it. */
export interface Reads {
  readonly post?: readonly PostColumn[];
  readonly author?: readonly AuthorColumn[];
}

type Column = Float64Array | Uint32Array | Uint8Array;

/**
 * Contributions by running the scoring again for each row asked about, with the columns of a contribution at their median
 * in that row. For scores that depend on the whole batch: `scorer` sees the changed batch.
 */
export function contributionsOf(
  batch: Batch,
  rows: Uint32Array,
  reads: readonly Reads[],
  scorer: (batch: Batch) => (row: number) => number,
): Float64Array {
  const changing: Batch = { ...batch, ...copied(batch), author: { n: batch.author.n, ...copied(batch.author) } };
  const authorIdx = batch.u32.authorIdx;
  const medians = new Map<Column, number>();
  const whole = scorer(batch);
  return contributions(rows, reads.length, whole, (row, which) => {
    const author = authorIdx?.[row] ?? NO_ROW;
    const { post = [], author: ofAuthor = [] } = reads[which] ?? {};
    const places = [
      ...post.map((name) => ({ column: columnOf(changing, name), place: row })),
      ...(author < batch.author.n
        ? ofAuthor.map((name) => ({ column: columnOf(changing.author, name), place: author }))
        : []),
    ];
    const before = places.map(({ column, place }) => column?.[place] ?? NaN);
    for (const { column, place } of places) if (column !== undefined) column[place] = middleOf(column, medians);
    const score = scorer(changing)(row);
    places.forEach(({ column, place }, at) => {
      if (column !== undefined) column[place] = before[at] ?? NaN;
    });
    return score;
  });
}

/** The median of a column as it was first seen: later it may hold a changed value. */
function middleOf(column: Column, medians: Map<Column, number>): number {
  const known = medians.get(column);
  if (known !== undefined) return known;
  const middle = median(column);
  medians.set(column, middle);
  return middle;
}

function columnOf<Name extends string>(columns: Columns<Name>, name: Name): Column | undefined {
  return columns.f64[name] ?? columns.u32[name] ?? columns.u8[name];
}

function copied<Name extends string>({ f64, u32, u8 }: Columns<Name>): Columns<Name> {
  return { f64: copies(f64), u32: copies(u32), u8: copies(u8) };
}

function copies<Name extends string, Kind extends Column>(
  table: Partial<Record<Name, Kind>>,
): Partial<Record<Name, Kind>> {
  const out = { ...table };
  for (const name in out) {
    const column = out[name];
    if (column !== undefined) Object.assign(out, { [name]: column.slice() });
  }
  return out;
}
