import {
  AUTHOR_COLUMNS,
  isAuthorColumn,
  isPostColumn,
  NO_ROW,
  POST_COLUMNS,
  type AuthorColumn,
  type PostColumn,
} from '../../protocol/columns.ts';
import type { ColumnSource, ColumnValues } from './column-values.ts';
import { orderDescending } from './sort-rows.ts';

/** Columns that say which, not how much: their "ordinary" value is none. */
const INDEXES: readonly PostColumn[] = [
  'authorIdx',
  'personIdx',
  'personTag',
  'threadIdx',
  'sourceIdx',
  'replyToRow',
  'boostOfRow',
  'boostOfIdx',
  'quoteOfRow',
  'langIdx',
];

/**
 * The columns as they would be had one post (and its author) in `names` what is ordinary in the batch: the median, where
 * the column counts or measures something; nothing, where it says which.
 */
export function withOrdinary(columns: ColumnSource, row: number, names: readonly string[]): ColumnSource {
  const changed = new Map<PostColumn | AuthorColumn, ColumnValues>();
  for (const name of names) {
    if (isPostColumn(name)) changed.set(name, withMedian(columns.post(name), row, INDEXES.includes(name)));
    else if (isAuthorColumn(name)) {
      const author = columns.post('authorIdx')[row] ?? NO_ROW;
      if (author !== NO_ROW) changed.set(name, withMedian(columns.author(name), author, false));
    }
  }
  return {
    ...columns,
    post: (column) => changed.get(column) ?? columns.post(column),
    author: (column) => changed.get(column) ?? columns.author(column),
  };
}

/** True where there is something to set: a contribution without columns depends on the batch as a whole. */
export function canBeOrdinary(names: readonly string[]): boolean {
  return names.some((name) => name in POST_COLUMNS || name in AUTHOR_COLUMNS);
}

function withMedian(column: ColumnValues, row: number, isIndex: boolean): ColumnValues {
  const changed = column.slice();
  changed[row] = isIndex ? NO_ROW : medianOf(column);
  return changed;
}

const medians = new WeakMap<ColumnValues, number>();

/** The middle value (the lower of two), unknown ones left out; NaN where nothing is known. */
export function medianOf(column: ColumnValues): number {
  const known = medians.get(column);
  if (known !== undefined) return known;
  const values = Float64Array.from(column).filter((value) => !Number.isNaN(value));
  const order = orderDescending(values);
  const median = values[order[Math.floor(values.length / 2)] ?? -1] ?? NaN;
  medians.set(column, median);
  return median;
}
