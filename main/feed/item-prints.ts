import type { AuthorColumn, PostColumn } from '../../protocol/columns.ts';
import { NO_ROW } from '../../protocol/columns.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import { declared } from './batch.ts';
import type { ColumnSource } from './column-values.ts';
import { mixColumn } from './hashing.ts';

/** Columns that say something about the rest of the batch or about the moment: an answer that used them holds for one batch only. */
const BATCH_COLUMNS: readonly (PostColumn | AuthorColumn)[] = [
  'ageHours',
  'ageDays',
  'personIdx',
  'personTag',
  'threadIdx',
  'sourceIdx',
  'replyToRow',
  'boostOfRow',
  'boostOfIdx',
  'lessDays',
  'myReplies',
  'myBoosts',
  'myQuotes',
  'myLikes',
  'mySeen',
  'myMore',
  'myLess',
  'quoteOfRow',
];

/** True when an algorithm's answer about a post can be kept for as long as the post's own facts are the same. */
export function isKeptPerItem({ scope, needs }: Manifest): boolean {
  return (
    scope === 'item' &&
    !needs.labels &&
    ![...needs.post, ...needs.author].some((column) => BATCH_COLUMNS.includes(column))
  );
}

/**
 * A number per row that changes when a declared fact about the post or its author changes.
 * Together with the record's `seq` it is the version under which answers are kept.
 */
export function itemPrints(columns: ColumnSource, { needs }: Manifest): Uint32Array {
  const prints = new Uint32Array(columns.posts.n);
  const { post, author } = declared(needs);
  for (const name of post) {
    if (name === 'authorIdx') mixColumn(prints, columns.posts.f64('author'));
    else if (name === 'langIdx') mixColumn(prints, columns.posts.u32('lang'));
    else mixColumn(prints, columns.post(name));
  }
  if (author.length > 0) {
    const byAuthor = new Uint32Array(columns.authors());
    for (const name of author) mixColumn(byAuthor, columns.author(name));
    const index = columns.post('authorIdx');
    mixColumn(
      prints,
      Uint32Array.from(index, (row) => byAuthor[row] ?? NO_ROW),
    );
  }
  return prints;
}
