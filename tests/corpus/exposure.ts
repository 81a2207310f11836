/**
 * How unevenly the first places of a feed are spread over people: 0 all alike, near 1 one has all. A place is worth
 * `1 / log2(place + 1)`.
 *
 * @param authors of the posts shown, the first place first
 * @param all how many authors there are, shown or not
 */
export function exposureGini(authors: readonly string[], all: number): number {
  const exposure = new Map<string, number>();
  authors.forEach((author, place) => exposure.set(author, (exposure.get(author) ?? 0) + 1 / Math.log2(place + 2)));
  const values = [...Array.from({ length: all - exposure.size }, () => 0), ...exposure.values()].sort((a, b) => a - b);
  let weighted = 0;
  let sum = 0;
  values.forEach((value, at) => {
    weighted += (2 * (at + 1) - all - 1) * value;
    sum += value;
  });
  return sum === 0 ? 0 : weighted / (all * sum);
}
