import { NO_ROW } from '../../protocol/columns.ts';
import { NO_KEY, remembered, rememberedFor, type KeyFact, type PostSet } from './post-set.ts';

/** What posts can be grouped by. */
export type Grouping = KeyFact | 'person';

/** The groups of a set's posts, numbered in order of first appearance. */
export interface Numbering {
  /** Number per row; NO_ROW: in no group. */
  readonly index: Uint32Array;
  /** Store key per number. */
  readonly keys: Float64Array;
}

const numberings = new WeakMap<PostSet, Map<Grouping, Numbering>>();

/** The posts' groups; asked again, the same arrays. */
export function numbering(posts: PostSet, fact: Grouping): Numbering {
  const known = rememberedFor(numberings, posts, () => new Map<Grouping, Numbering>());
  return remembered(known, fact, () => {
    const { origin } = posts;
    if (origin === null) return fact === 'person' ? personNumbering(posts) : columnNumbering(keysOf(posts, fact));
    const whole = numbering(origin.posts, fact);
    return origin.rows instanceof Uint32Array ? renumbered(whole, origin.rows) : firstNumbers(whole, origin.rows.first);
  });
}

const byColumn = new WeakMap<Float64Array | Uint32Array, Numbering>();

/** By the column: when something else about the posts changes, the column and its groups stay. */
function columnNumbering(column: Float64Array | Uint32Array): Numbering {
  return rememberedFor(byColumn, column, () => numbered(column));
}

/** Persons appear in the order of their first account. An account is a person of its own until it is joined with another. */
function personNumbering(posts: PostSet): Numbering {
  const authors = numbering(posts, 'author');
  const persons = numbered(authors.keys.map((key) => posts.context.authors.get(key)?.person ?? key));
  return { index: authors.index.map((author) => persons.index[author] ?? NO_ROW), keys: persons.keys };
}

function numbered(column: Float64Array | Uint32Array): Numbering {
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
}

/** As `numbered` of the picked keys, by way of the small numbers that the whole has already: keys are slow to look up. */
function renumbered(whole: Numbering, rows: Uint32Array): Numbering {
  const numbers = new Uint32Array(whole.keys.length).fill(NO_ROW);
  const keys: number[] = [];
  const index = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const old = whole.index[rows[i] ?? 0] ?? NO_ROW;
    if (old === NO_ROW) {
      index[i] = NO_ROW;
      continue;
    }
    let number = numbers[old] ?? NO_ROW;
    if (number === NO_ROW) {
      number = keys.push(whole.keys[old] ?? NO_KEY) - 1;
      numbers[old] = number;
    }
    index[i] = number;
  }
  return { index, keys: Float64Array.from(keys) };
}

/** Numbers count by first appearance, so the first posts have the first numbers. */
function firstNumbers(whole: Numbering, n: number): Numbering {
  const index = whole.index.subarray(0, n);
  let count = 0;
  for (const number of index) if (number !== NO_ROW && number >= count) count = number + 1;
  return { index, keys: whole.keys.subarray(0, count) };
}

function keysOf(posts: PostSet, fact: KeyFact): Float64Array | Uint32Array {
  return fact === 'source' || fact === 'lang' ? posts.u32(fact) : posts.f64(fact);
}

const persons = new WeakMap<PostSet, Float64Array>();

/** Key of the person behind each post; NO_KEY: unknown. */
export function personKeys(posts: PostSet): Float64Array {
  return rememberedFor(persons, posts, () => {
    const { index, keys } = numbering(posts, 'person');
    return Float64Array.from(index, (number) => keys[number] ?? NO_KEY);
  });
}

interface Members {
  /** Rows by number, in ascending order: number k has rows[start[k]..start[k + 1]]. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
}

const members = new WeakMap<PostSet, Map<Grouping, Members>>();
const NONE = new Uint32Array(0);

/** The rows that have the same value of `fact` as `row`, ascending; none where it is unknown. */
export function rowsSharing(posts: PostSet, fact: Grouping, row: number): Uint32Array {
  const { index, keys } = numbering(posts, fact);
  const { start, rows } = remembered(
    rememberedFor(members, posts, () => new Map<Grouping, Members>()),
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

const rowMaps = new WeakMap<Float64Array, ReadonlyMap<number, number>>();

/** Row of each post in the set, by record id or by `ref`. */
export function rowsBy(posts: PostSet, fact: 'id' | 'ref'): ReadonlyMap<number, number> {
  const keys = posts.f64(fact);
  return rememberedFor(rowMaps, keys, () => {
    const rows = new Map<number, number>();
    for (let row = 0; row < keys.length; row++) rows.set(keys[row] ?? NO_KEY, row);
    return rows;
  });
}
