import { NO_ROW, type AuthorColumn, type PostColumn } from '../../../protocol/columns.ts';
import type { ColumnSource, ColumnValues } from '../column-values.ts';

/** The columns, some of them replaced. */
function replaced(columns: ColumnSource, changed: ReadonlyMap<PostColumn | AuthorColumn, ColumnValues>): ColumnSource {
  return {
    ...columns,
    post: (column) => changed.get(column) ?? columns.post(column),
    author: (column) => changed.get(column) ?? columns.author(column),
  };
}

function withValue(column: ColumnValues, row: number, change: (value: number) => number): Float64Array | null {
  const value = column[row] ?? NaN;
  if (Number.isNaN(value)) return null;
  const changed = Float64Array.from(column);
  changed[row] = change(value);
  return changed;
}

/** One more like of the post at `row`; null: its likes are not known. */
export function withOneMoreLike(columns: ColumnSource, row: number): ColumnSource | null {
  const likes = withValue(columns.post('likes'), row, (value) => value + 1);
  return likes === null ? null : replaced(columns, new Map([['likes', likes]]));
}

/** Ten times the followers of the author of the post at `row`; null: they are not known. */
export function withTenfoldFollowers(columns: ColumnSource, row: number): ColumnSource | null {
  const author = columns.post('authorIdx')[row] ?? NO_ROW;
  if (author === NO_ROW) return null;
  const followers = withValue(columns.author('followers'), author, (value) => value * 10);
  return followers === null ? null : replaced(columns, new Map([['followers', followers]]));
}

/** The same authors under other numbers: the first becomes the last. */
export function withAuthorsRenumbered(columns: ColumnSource, names: readonly AuthorColumn[]): ColumnSource {
  const count = columns.authors();
  const changed = new Map<PostColumn | AuthorColumn, ColumnValues>();
  changed.set(
    'authorIdx',
    Uint32Array.from(columns.post('authorIdx'), (author) => (author === NO_ROW ? NO_ROW : count - 1 - author)),
  );
  for (const name of names) changed.set(name, columns.author(name).slice().reverse());
  return { ...replaced(columns, changed), authorKeys: () => columns.authorKeys().slice().reverse() };
}
