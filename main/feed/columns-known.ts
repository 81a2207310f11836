import { AUTHOR_COLUMN_NAMES, AUTHOR_COLUMNS, POST_COLUMN_NAMES, POST_COLUMNS } from '../../protocol/columns.ts';
import type { ColumnSource, ColumnValues } from './column-values.ts';
import { rememberedFor } from './post-set.ts';

const known = new WeakMap<ColumnSource, readonly string[]>();

/** Columns in which something is known of at least one post or author: a setting about any other one changes nothing. */
export function columnsKnown(columns: ColumnSource): readonly string[] {
  return rememberedFor(known, columns, () => [
    ...POST_COLUMN_NAMES.filter((name) => isKnown(columns.post(name), POST_COLUMNS[name].missing)),
    ...AUTHOR_COLUMN_NAMES.filter((name) => isKnown(columns.author(name), AUTHOR_COLUMNS[name].missing)),
  ]);
}

function isKnown(values: ColumnValues, missing: number): boolean {
  return values.some((value) => !Object.is(value, missing));
}
