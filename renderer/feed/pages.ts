/** Posts asked for at a time. */
export const PAGE = 40;

/** Offsets of the pages of PAGE rows that cover rows `first..last` of `count` and are not in `have`. */
export function missingPages(first: number, last: number, count: number, have: (row: number) => boolean): number[] {
  const offsets: number[] = [];
  if (count === 0) return offsets;
  const from = Math.max(0, Math.floor(first / PAGE));
  const to = Math.floor(Math.min(last, count - 1) / PAGE);
  for (let page = from; page <= to; page++) {
    const start = page * PAGE;
    const end = Math.min(start + PAGE, count);
    for (let row = start; row < end; row++) {
      if (!have(row)) {
        offsets.push(start);
        break;
      }
    }
  }
  return offsets;
}

/** Keeps the rows nearest to `around`, so that a long scroll does not hold the whole feed in memory. */
export function nearest<T>(rows: ReadonlyMap<number, T>, around: number, most: number): ReadonlyMap<number, T> {
  if (rows.size <= most) return rows;
  const kept = [...rows.keys()].sort((a, b) => Math.abs(a - around) - Math.abs(b - around)).slice(0, most);
  return new Map(
    kept.flatMap((row) => {
      const value = rows.get(row);
      return value === undefined ? [] : [[row, value]];
    }),
  );
}

/** How a post moved against another feed: `new` when it was not near the top there. */
export type Shift = number | 'new';

/** Places gained (+) or lost (−) by the posts of `items` against the ranks in `before`; unmoved posts are left out. */
export function shiftsOf(
  items: Iterable<{ readonly rank: number; readonly post: { readonly id: string } }>,
  before: ReadonlyMap<string, number>,
  entered: ReadonlySet<string>,
): ReadonlyMap<string, Shift> {
  const shifts = new Map<string, Shift>();
  for (const { rank, post } of items) {
    const was = before.get(post.id);
    if (was === undefined) {
      if (entered.has(post.id)) shifts.set(post.id, 'new');
    } else if (was !== rank) shifts.set(post.id, was - rank);
  }
  return shifts;
}
