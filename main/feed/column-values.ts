import { NO_ROW, type AuthorColumn, type PostColumn } from '../../protocol/columns.ts';
import { ACTS_AS_OF, ACTS_HALF_LIFE } from '../store/index.ts';
import { NO_ACTS, type AuthorFacts } from './author-rows.ts';
import { zoneOffsets, type OffsetAt } from './local-time.ts';
import { numbering, rowsBy } from './grouping.ts';
import { mixed } from './hashing.ts';
import { NO_KEY, remembered, rememberedFor, type PostSet, type ReferenceFact } from './post-set.ts';

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
  const kept = rememberedFor(timeless, posts, () => new Map<string, ColumnValues>());
  const aged = new Map<string, ColumnValues>();
  const authorFacts = (): readonly (AuthorFacts | undefined)[] =>
    Array.from(numbering(posts, 'author').keys, (key) => posts.context.authors.get(key));
  return {
    posts,
    now,
    post: (column) => remembered(column === 'ageHours' ? aged : kept, column, () => postColumn(posts, column, now)),
    author: (column) =>
      remembered(isAged(column) ? aged : kept, `author.${column}`, () => authorColumn(authorFacts(), column, now)),
    authors: () => numbering(posts, 'author').keys.length,
    authorKeys: () => numbering(posts, 'author').keys,
    langs: () => Array.from(numbering(posts, 'lang').keys, (key) => posts.context.langs[key] ?? 'und'),
  };
}

/** Columns of authors that the moment changes, the owner's acts once a day. */
function isAged(column: AuthorColumn): boolean {
  return column === 'ageDays' || column === 'lessDays' || column in NO_ACTS;
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
    case 'boostOfIdx':
      return numbering(posts, 'boostOf').index;
    case 'personTag':
      return personTags(posts);
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
    case 'lessDays':
      return Float64Array.from(authors, (author) => Math.max(0, Math.floor((now - (author?.lessAt ?? NaN)) / DAY)));
    case 'myReplies':
    case 'myBoosts':
    case 'myQuotes':
    case 'myLikes':
    case 'mySeen':
    case 'myMore':
    case 'myLess': {
      const today = Math.floor(now / DAY) * DAY;
      const worth = 2 ** ((ACTS_AS_OF - today) / ACTS_HALF_LIFE);
      return Float64Array.from(authors, (author) => (author?.acts[column] ?? 0) * worth);
    }
    default:
      return Float64Array.from(authors, (author) => author?.[column] ?? NaN);
  }
}

const referred = new WeakMap<PostSet, Map<ReferenceFact, Uint32Array>>();

/** Row of the post that each post refers to, NO_ROW where it isn't in the set. */
function rowsOf(posts: PostSet, fact: ReferenceFact): Uint32Array {
  const known = rememberedFor(referred, posts, () => new Map<ReferenceFact, Uint32Array>());
  return remembered(known, fact, () => {
    const { origin } = posts;
    if (origin === null) return rowsByRef(posts, fact);
    const whole = rowsOf(origin.posts, fact);
    return origin.rows instanceof Uint32Array
      ? rowsWithin(whole, origin.rows)
      : whole.subarray(0, posts.n).map((row) => (row < posts.n ? row : NO_ROW));
  });
}

const byReferences = new WeakMap<Float64Array, { readonly refs: Float64Array; readonly rows: Uint32Array }>();

function rowsByRef(posts: PostSet, fact: ReferenceFact): Uint32Array {
  const references = posts.f64(fact);
  const refs = posts.f64('ref');
  const known = byReferences.get(references);
  if (known?.refs === refs) return known.rows;
  const rows = foundRows(references, rowsBy(posts, 'ref'));
  byReferences.set(references, { refs, rows });
  return rows;
}

function foundRows(references: Float64Array, rows: ReadonlyMap<number, number>): Uint32Array {
  const found = new Uint32Array(references.length).fill(NO_ROW);
  for (let i = 0; i < references.length; i++) {
    const ref = references[i] ?? NO_KEY;
    if (ref !== NO_KEY) found[i] = rows.get(ref) ?? NO_ROW;
  }
  return found;
}

/** Rows of the whole as rows of the picked posts. */
function rowsWithin(whole: Uint32Array, picked: Uint32Array): Uint32Array {
  const places = new Uint32Array(whole.length).fill(NO_ROW);
  picked.forEach((row, place) => (places[row] = place));
  return picked.map((row) => places[whole[row] ?? NO_ROW] ?? NO_ROW);
}

function perAuthor(posts: PostSet, value: (author: AuthorFacts) => number): Float64Array {
  const { index, keys } = numbering(posts, 'author');
  const values = Float64Array.from(keys, (key) => {
    const author = posts.context.authors.get(key);
    return author === undefined ? 0 : value(author);
  });
  return Float64Array.from(index, (row) => values[row] ?? 0);
}

/** The persons' keys come from their addresses: mixed with chance, a tag says no more than that two are the same. */
function personTags(posts: PostSet): Uint32Array {
  const { index, keys } = numbering(posts, 'person');
  const [one, two] = posts.context.tagSalt;
  const tags = Uint32Array.from(keys, (key) => {
    const tag = mixed(mixed(mixed(mixed(one, two), key % 2 ** 32), Math.floor(key / 2 ** 32)), two) >>> 0;
    return tag === NO_ROW ? 0 : tag;
  });
  return Uint32Array.from(index, (number) => tags[number] ?? NO_ROW);
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
