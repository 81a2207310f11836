import { NO_ROW, type AuthorColumn, type PostColumn } from '../../protocol/columns.ts';
import type { AuthorFacts } from './author-rows.ts';
import { zoneOffsets, type OffsetAt } from './local-time.ts';
import { NO_KEY, remembered, type KeyFact, type PostSet, type ReferenceFact } from './post-set.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A column's values, of the type that `protocol/columns.ts` gives the column. */
export type ColumnValues = Float64Array | Uint32Array | Uint8Array;

/**
 * Columns of a set of posts, worked out when first asked for and kept.
 * Row numbers (author, person, thread, source, language) count in order of first appearance, so the same posts in the same
 * order give the same columns whatever the window held before, and the first k posts use the first numbers.
 */
export interface ColumnSource {
  readonly posts: PostSet;
  readonly now: number;
  post(column: PostColumn): ColumnValues;
  author(column: AuthorColumn): ColumnValues;
  /** Number of author rows. */
  authors(): number;
  /** Store key of each author row. */
  authorKeys(): Float64Array;
  /** Language tags by `langIdx`. */
  langs(): readonly string[];
}

const numberings = new WeakMap<PostSet, Map<KeyFact, Numbering>>();
const offsets = new Map<string, OffsetAt>();
const timeless = new WeakMap<PostSet, Map<string, ColumnValues>>();

const latest = new WeakMap<PostSet, ColumnSource>();

/** The columns of `posts` at `now` (UTC milliseconds); asked again for the same moment, the same columns. */
export function columnsAt(posts: PostSet, now: number): ColumnSource {
  const known = latest.get(posts);
  if (known?.now === now) return known;
  const made = makeColumns(posts, now);
  latest.set(posts, made);
  return made;
}

function makeColumns(posts: PostSet, now: number): ColumnSource {
  // Everything but the ages stays the same from minute to minute.
  const kept = rememberedWeak(timeless, posts, () => new Map<string, ColumnValues>());
  const aged = new Map<string, ColumnValues>();
  const authorFacts = (): readonly (AuthorFacts | undefined)[] =>
    Array.from(numbering(posts, 'author').keys, (key) => posts.context.authors.get(key));
  return {
    posts,
    now,
    post: (column) => remembered(column === 'ageHours' ? aged : kept, column, () => postColumn(posts, column, now)),
    author: (column) =>
      remembered(column === 'ageDays' ? aged : kept, `author.${column}`, () =>
        authorColumn(authorFacts(), column, now),
      ),
    authors: () => numbering(posts, 'author').keys.length,
    authorKeys: () => numbering(posts, 'author').keys,
    langs: () => Array.from(numbering(posts, 'lang').keys, (key) => posts.context.langs[key] ?? 'und'),
  };
}

function postColumn(posts: PostSet, column: PostColumn, now: number): ColumnValues {
  switch (column) {
    case 'ageHours':
      return posts.f64('published').map((at) => Math.max(0, now - at) / HOUR);
    case 'localHour':
      return localTimes(posts, (local) => local.getUTCHours());
    case 'localDay':
      return localTimes(posts, (local) => local.getUTCDay());
    case 'authorIdx':
      return numbering(posts, 'author').index;
    case 'personIdx':
      return numbering(posts, 'person').index;
    case 'threadIdx':
      return numbering(posts, 'thread').index;
    case 'sourceIdx':
      return numbering(posts, 'source').index;
    case 'langIdx':
      return numbering(posts, 'lang').index;
    case 'replyToRow':
      return rowsOf(posts, 'replyTo');
    case 'boostOfRow':
      return rowsOf(posts, 'boostOf');
    case 'quoteOfRow':
      return rowsOf(posts, 'quoteOf');
    case 'myReplies30d':
    case 'myLikes30d':
    case 'myBoosts30d':
      return perAuthor(posts, (author) => author[column]);
    case 'replies':
    case 'boosts':
    case 'likes':
    case 'downs':
      return posts.f64(column);
    case 'mediaCount':
    case 'chars':
    case 'seenCount':
      return posts.u32(column);
    default:
      return posts.u8(column);
  }
}

function authorColumn(authors: readonly (AuthorFacts | undefined)[], column: AuthorColumn, now: number): ColumnValues {
  switch (column) {
    case 'iFollow':
    case 'followsMe':
      return Uint8Array.from(authors, (author) => (author?.[column] === true ? 1 : 0));
    case 'ageDays':
      return Float64Array.from(authors, (author) => Math.max(0, now - (author?.created ?? NaN)) / DAY);
    default:
      return Float64Array.from(authors, (author) => author?.[column] ?? NaN);
  }
}

interface Numbering {
  readonly index: Uint32Array;
  readonly keys: Float64Array;
}

/** Keys numbered in order of first appearance. */
function numbering(posts: PostSet, fact: KeyFact): Numbering {
  const known = rememberedWeak(numberings, posts, () => new Map<KeyFact, Numbering>());
  return remembered(known, fact, () => {
    const column = keysOf(posts, fact);
    const missing = column instanceof Float64Array ? NO_KEY : NO_ROW;
    const index = new Uint32Array(column.length);
    const numbers = new Map<number, number>();
    for (let i = 0; i < column.length; i++) {
      const key = column[i] ?? missing;
      if (key === missing) {
        index[i] = NO_ROW;
        continue;
      }
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
      }
      index[i] = number;
    }
    return { index, keys: Float64Array.from(numbers.keys()) };
  });
}

function keysOf(posts: PostSet, fact: KeyFact): Float64Array | Uint32Array {
  return fact === 'source' || fact === 'lang' ? posts.u32(fact) : posts.f64(fact);
}

interface Members {
  /** Rows by number, in ascending order: number k has rows[start[k]..start[k + 1]]. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
}

const members = new WeakMap<PostSet, Map<KeyFact, Members>>();
const NONE = new Uint32Array(0);

/** The rows that have the same value of `fact` as `row`, ascending; none where it is unknown. */
export function rowsSharing(posts: PostSet, fact: KeyFact, row: number): Uint32Array {
  const { index, keys } = numbering(posts, fact);
  const { start, rows } = remembered(
    rememberedWeak(members, posts, () => new Map<KeyFact, Members>()),
    fact,
    () => membersOf(index, keys.length),
  );
  const number = index[row] ?? NO_ROW;
  return number === NO_ROW ? NONE : rows.subarray(start[number], start[number + 1]);
}

function membersOf(index: Uint32Array, count: number): Members {
  const start = new Uint32Array(count + 1);
  for (const number of index) if (number !== NO_ROW) start[number + 1] = (start[number + 1] ?? 0) + 1;
  for (let number = 0; number < count; number++) start[number + 1] = (start[number + 1] ?? 0) + (start[number] ?? 0);
  const next = Uint32Array.from(start);
  const rows = new Uint32Array(start[count] ?? 0);
  for (let row = 0; row < index.length; row++) {
    const number = index[row] ?? NO_ROW;
    if (number === NO_ROW) continue;
    const place = next[number] ?? 0;
    rows[place] = row;
    next[number] = place + 1;
  }
  return { start, rows };
}

const rowMaps = new WeakMap<PostSet, Map<'id' | 'ref', Map<number, number>>>();

/** Row of each post in the set, by record id or by `ref`. */
export function rowsBy(posts: PostSet, fact: 'id' | 'ref'): ReadonlyMap<number, number> {
  const known = rememberedWeak(rowMaps, posts, () => new Map<'id' | 'ref', Map<number, number>>());
  return remembered(known, fact, () => {
    const rows = new Map<number, number>();
    const keys = posts.f64(fact);
    for (let row = 0; row < keys.length; row++) rows.set(keys[row] ?? NO_KEY, row);
    return rows;
  });
}

function rowsOf(posts: PostSet, fact: ReferenceFact): Uint32Array {
  const rows = rowsBy(posts, 'ref');
  const references = posts.f64(fact);
  const found = new Uint32Array(references.length).fill(NO_ROW);
  for (let i = 0; i < references.length; i++) {
    const ref = references[i] ?? NO_KEY;
    if (ref !== NO_KEY) found[i] = rows.get(ref) ?? NO_ROW;
  }
  return found;
}

function perAuthor(posts: PostSet, value: (author: AuthorFacts) => number): Float64Array {
  const { index, keys } = numbering(posts, 'author');
  const values = Float64Array.from(keys, (key) => {
    const author = posts.context.authors.get(key);
    return author === undefined ? 0 : value(author);
  });
  return Float64Array.from(index, (row) => values[row] ?? 0);
}

function localTimes(posts: PostSet, part: (local: Date) => number): Uint8Array {
  const offsetAt = remembered(offsets, posts.context.timeZone, () => zoneOffsets(posts.context.timeZone));
  const published = posts.f64('published');
  const values = new Uint8Array(published.length).fill(255);
  const local = new Date(0);
  for (let i = 0; i < published.length; i++) {
    const at = published[i] ?? NaN;
    if (Number.isNaN(at)) continue;
    local.setTime(at + offsetAt(at));
    values[i] = part(local);
  }
  return values;
}

function rememberedWeak<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
