import type { AuthorColumn, PostColumn } from '../../protocol/columns.ts';
import { NO_ROW } from '../../protocol/columns.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import { declared } from './batch.ts';
import type { ColumnSource, ColumnValues } from './column-values.ts';

/** Columns that say something about the rest of the batch or about the moment: an answer that used them holds for one batch only. */
const BATCH_COLUMNS: readonly (PostColumn | AuthorColumn)[] = [
  'ageHours',
  'ageDays',
  'personIdx',
  'threadIdx',
  'sourceIdx',
  'replyToRow',
  'boostOfRow',
  'quoteOfRow',
];

/** True when an algorithm's answer about a post can be kept for as long as the post's own facts are the same. */
export function isKeptPerItem({ scope, needs }: Manifest): boolean {
  return scope === 'item' && ![...needs.post, ...needs.author].some((column) => BATCH_COLUMNS.includes(column));
}

/**
 * A number per row that changes when a declared fact about the post or its author changes.
 * Together with the record's `seq` it is the version under which answers are kept.
 */
export function itemPrints(columns: ColumnSource, { needs }: Manifest): Uint32Array {
  const prints = new Uint32Array(columns.posts.n);
  const { post, author } = declared(needs);
  for (const name of post) {
    if (name === 'authorIdx') mixIn(prints, columns.posts.f64('author'));
    else if (name === 'langIdx') mixIn(prints, columns.posts.u32('lang'));
    else mixIn(prints, columns.post(name));
  }
  if (author.length > 0) {
    const byAuthor = new Uint32Array(columns.authors());
    for (const name of author) mixIn(byAuthor, columns.author(name));
    const index = columns.post('authorIdx');
    mixIn(
      prints,
      Uint32Array.from(index, (row) => byAuthor[row] ?? NO_ROW),
    );
  }
  return prints;
}

function mixIn(prints: Uint32Array, column: ColumnValues): void {
  if (column instanceof Float64Array) {
    const words = new Uint32Array(column.slice().buffer);
    for (let i = 0; i < prints.length; i++) {
      prints[i] = mixed(mixed(prints[i] ?? 0, words[2 * i] ?? 0), words[2 * i + 1] ?? 0);
    }
    return;
  }
  for (let i = 0; i < prints.length; i++) prints[i] = mixed(prints[i] ?? 0, column[i] ?? 0);
}

/** One round of MurmurHash3's mixing (public domain, Austin Appleby). */
function mixed(print: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = print ^ k;
  return Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
}
