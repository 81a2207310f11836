/** Puts the element of rank `k` at its place, smaller ones before it (Hoare's selection with a middle pivot). */
function select(values: Float64Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? NaN;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? NaN) < pivot) i++;
      while ((values[j] ?? NaN) > pivot) j--;
      if (i > j) break;
      const swap = values[i] ?? NaN;
      values[i++] = values[j] ?? NaN;
      values[j--] = swap;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k] ?? NaN;
}

/** Up to here the engine's own sort is faster than code that has yet to warm up. */
const SORTED_ROWS = 20_000;

/**
 * The middle value of a column, missing ones left out: the lower of the two middle ones when their number is even, so
 * that it is always a value that occurs. NaN when nothing is known.
 */
export function median(column: Float64Array | Uint32Array | Uint8Array): number {
  if (column.length <= SORTED_ROWS) {
    const sorted = new Float64Array(column).sort();
    let known = sorted.length;
    while (known > 0 && Number.isNaN(sorted[known - 1])) known--;
    return known === 0 ? NaN : (sorted[(known - 1) >> 1] ?? NaN);
  }
  const values = new Float64Array(column.length);
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] ?? NaN;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return count === 0 ? NaN : select(values.subarray(0, count), (count - 1) >> 1);
}
