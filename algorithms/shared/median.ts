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

/**
 * The middle value of a column, missing ones left out: the lower of the two middle ones when their number is even, so
 * that it is always a value that occurs. NaN when nothing is known.
 */
export function median(column: Float64Array | Uint32Array | Uint8Array): number {
  const known = new Float64Array(column.length);
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] ?? NaN;
    if (!Number.isNaN(value)) known[count++] = value;
  }
  return count === 0 ? NaN : select(known.subarray(0, count), (count - 1) >> 1);
}
