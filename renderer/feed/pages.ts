import type { FeedPage, Move } from '../../protocol/owner/feed.ts';

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

/** How a post moved against another feed. */
export interface Shift {
  /** Places gained (+) or lost (−); null: it was not in the feed. */
  readonly places: number | null;
  /** It came into the first page. */
  readonly entered: boolean;
  readonly from: number | null;
  readonly by: Move['by'];
}

/** The moves of pages, by post. */
export function shiftsOf(pages: readonly Pick<FeedPage, 'moves' | 'entered' | 'offset'>[]): ReadonlyMap<string, Shift> {
  const entered = new Set(pages.flatMap((page) => (page.offset === 0 ? page.entered : [])));
  return new Map(
    pages
      .flatMap(({ moves }) => moves)
      .filter(({ to }) => to !== null)
      .map(({ record, from, to, by }) => [
        record,
        { places: from === null ? null : from - (to ?? from), entered: entered.has(record), from, by },
      ]),
  );
}
