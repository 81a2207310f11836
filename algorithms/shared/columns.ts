import type { AuthorColumn, Batch, PostColumn } from '../types.ts';

/** Row and author indexes that point nowhere. */
export const NO_ROW = 0xffffffff;

/** A number column; all NaN where the batch does not have it. */
export function numbers(batch: Batch, name: PostColumn): Float64Array {
  return batch.f64[name] ?? new Float64Array(batch.n).fill(NaN);
}

/** An index column; all `NO_ROW` where the batch does not have it. */
export function indexes(batch: Batch, name: PostColumn): Uint32Array {
  return batch.u32[name] ?? new Uint32Array(batch.n).fill(NO_ROW);
}

/** A count column of whole numbers; all 0 where the batch does not have it. */
export function counts(batch: Batch, name: PostColumn): Uint32Array {
  return batch.u32[name] ?? new Uint32Array(batch.n);
}

/** A column of flags or small codes; all 0 where the batch does not have it. */
export function flags(batch: Batch, name: PostColumn): Uint8Array {
  return batch.u8[name] ?? new Uint8Array(batch.n);
}

/** A number column of the authors; all NaN where the batch does not have it. */
export function authorNumbers(batch: Batch, name: AuthorColumn): Float64Array {
  return batch.author.f64[name] ?? new Float64Array(batch.author.n).fill(NaN);
}

/** A column of flags of the authors; all 0 where the batch does not have it. */
export function authorFlags(batch: Batch, name: AuthorColumn): Uint8Array {
  return batch.author.u8[name] ?? new Uint8Array(batch.author.n);
}

/**
 * A boost often carries no counts of its own: those of the post it repeats are meant.
 *
 * @returns the column with the gaps of boosts filled from the boosted post, where that is in the batch
 */
export function throughBoosts(column: Float64Array, boostOfRow: Uint32Array): Float64Array {
  let filled: Float64Array | undefined;
  for (let row = 0; row < column.length; row++) {
    const original = boostOfRow[row] ?? NO_ROW;
    if (original === NO_ROW || !Number.isNaN(column[row])) continue;
    filled ??= column.slice();
    filled[row] = column[original] ?? NaN;
  }
  return filled ?? column;
}
