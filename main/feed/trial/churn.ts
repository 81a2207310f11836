/**
 * Of all pairs of things that two orders share, the part that stands the other way round in the other (Kendall's
 * distance): 0 for the same order, 1 for the reverse, about a half for orders that know nothing of each other.
 *
 * @returns null where they share fewer than two
 */
export function turnedPairs(one: Uint32Array, other: Uint32Array): number | null {
  const place = new Map<number, number>();
  other.forEach((row, at) => place.set(row, at));
  const shared = Array.from(one).flatMap((row) => place.get(row) ?? []);
  const pairs = (shared.length * (shared.length - 1)) / 2;
  return pairs === 0 ? null : inversions(Float64Array.from(shared)) / pairs;
}

/** Pairs whose larger number comes first; the numbers are sorted on the way (merge sort, from the bottom up). */
function inversions(numbers: Float64Array): number {
  let from: Float64Array = numbers;
  let into: Float64Array = new Float64Array(numbers.length);
  let count = 0;
  for (let width = 1; width < numbers.length; width *= 2) {
    for (let start = 0; start < numbers.length; start += 2 * width) {
      const middle = Math.min(start + width, numbers.length);
      const end = Math.min(start + 2 * width, numbers.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        const a = left < middle ? (from[left] ?? Infinity) : Infinity;
        const b = right < end ? (from[right] ?? Infinity) : Infinity;
        if (a <= b) {
          into[at] = a;
          left++;
        } else {
          into[at] = b;
          right++;
          count += middle - left;
        }
      }
    }
    [from, into] = [into, from];
  }
  return count;
}
