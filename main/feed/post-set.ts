import { NO_ROW } from '../../protocol/columns.ts';
import type { AuthorRows } from './author-rows.ts';

/** Facts of posts as the window holds them, before they become the columns of a batch. */
export const F64_FACTS = [
  'id',
  'seq',
  'published',
  'ref',
  'author',
  'thread',
  'replyTo',
  'boostOf',
  'quoteOf',
  'replies',
  'boosts',
  'likes',
  'downs',
] as const;
export const U32_FACTS = ['source', 'lang', 'mediaCount', 'chars', 'seenCount'] as const;
export const U8_FACTS = [
  'isReply',
  'isBoost',
  'hasMedia',
  'hasLink',
  'sensitive',
  'visibility',
  'mine',
  'mentionsMe',
  'acts',
] as const;

export type F64Fact = (typeof F64_FACTS)[number];
export type U32Fact = (typeof U32_FACTS)[number];
export type U8Fact = (typeof U8_FACTS)[number];

/** Facts that name something by the store's key: posts with equal keys share it. */
export type KeyFact = 'author' | 'thread' | 'source' | 'lang' | 'boostOf';
/** Facts that name another post by its `ref`. */
export type ReferenceFact = 'replyTo' | 'boostOf' | 'quoteOf';

/** The missing value of the keys that are doubles: `ref`, `author`, `thread` and the references. */
export const NO_KEY = 0;

/**
 * Facts of `n` posts as parallel arrays. `id` is the record id, `seq` grows with each change of the record, times are UTC
 * milliseconds; `source` and `lang` are NO_ROW where unknown, counts NaN.
 */
export interface PostFacts {
  readonly n: number;
  readonly f64: Readonly<Record<F64Fact, Float64Array>>;
  readonly u32: Readonly<Record<U32Fact, Uint32Array>>;
  readonly u8: Readonly<Record<U8Fact, Uint8Array>>;
}

/** What a set of posts refers to. */
export interface PostContext {
  readonly authors: AuthorRows;
  /** Two words of chance that make the tags of persons this locker's own. */
  readonly tagSalt: readonly [number, number];
  /** Hosts that the owner blocks. */
  readonly blockedHosts: readonly string[];
  /** Language tags by the key in the fact `lang`. */
  readonly langs: readonly string[];
  /** IANA name of the owner's time zone. */
  readonly timeZone: string;
}

/** Rows of another set: some in an order of their own, or the first `n`. */
export type Rows = Uint32Array | { readonly first: number };

/** Posts in a fixed order. Picking from a set copies a column only when that column is asked for. */
export interface PostSet {
  readonly n: number;
  readonly context: PostContext;
  /** The set that this one is a part of, and the rows taken from it; null: a whole window. */
  readonly origin: { readonly posts: PostSet; readonly rows: Rows } | null;
  f64(fact: F64Fact): Float64Array;
  u32(fact: U32Fact): Uint32Array;
  u8(fact: U8Fact): Uint8Array;
}

/** All posts of `facts`, in their order. */
export function postSet(facts: PostFacts, context: PostContext): PostSet {
  return {
    n: facts.n,
    context,
    origin: null,
    f64: (fact) => facts.f64[fact],
    u32: (fact) => facts.u32[fact],
    u8: (fact) => facts.u8[fact],
  };
}

/** Cuts of one set that are kept. */
const FIRSTS_KEPT = 6;
const firsts = new WeakMap<PostSet, Map<number, PostSet>>();

/** The first `n` posts, sharing memory with the whole; asked again, the same set. */
export function firstPosts(posts: PostSet, n: number): PostSet {
  if (n >= posts.n) return posts;
  const known = firsts.get(posts) ?? new Map<number, PostSet>();
  firsts.set(posts, known);
  const cut = remembered(known, n, () => cutFirst(posts, n));
  // A window cut by age ends elsewhere every minute.
  const [oldest] = known.keys();
  if (known.size > FIRSTS_KEPT && oldest !== undefined) known.delete(oldest);
  return cut;
}

function cutFirst(posts: PostSet, n: number): PostSet {
  return derived(
    posts,
    n,
    { first: n },
    {
      f64: (column) => column.subarray(0, n),
      u32: (column) => column.subarray(0, n),
      u8: (column) => column.subarray(0, n),
    },
  );
}

/** The posts at `rows`, in that order. */
export function pickPosts(posts: PostSet, rows: Uint32Array): PostSet {
  return derived(posts, rows.length, rows, {
    f64: (column) => pick(column, rows, new Float64Array(rows.length), NO_KEY),
    u32: (column) => pick(column, rows, new Uint32Array(rows.length), NO_ROW),
    u8: (column) => pick(column, rows, new Uint8Array(rows.length), 0),
  });
}

interface Cut {
  f64(column: Float64Array): Float64Array;
  u32(column: Uint32Array): Uint32Array;
  u8(column: Uint8Array): Uint8Array;
}

/** A set over another whose columns are cut once, when first asked for: equal arrays stay identical, so digests are kept. */
function derived(posts: PostSet, n: number, rows: Rows, cut: Cut): PostSet {
  const f64 = new Map<F64Fact, Float64Array>();
  const u32 = new Map<U32Fact, Uint32Array>();
  const u8 = new Map<U8Fact, Uint8Array>();
  return {
    n,
    context: posts.context,
    origin: { posts, rows },
    f64: (fact) => remembered(f64, fact, () => cut.f64(posts.f64(fact))),
    u32: (fact) => remembered(u32, fact, () => cut.u32(posts.u32(fact))),
    u8: (fact) => remembered(u8, fact, () => cut.u8(posts.u8(fact))),
  };
}

/** The value kept under `key`, made when it is first asked for. */
export function remembered<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

/** As `remembered`, for as long as `key` lives. */
export function rememberedFor<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

/** Copies `column` at `rows` into `into`. */
export function pick<T extends Float64Array | Uint32Array | Uint8Array>(
  column: T,
  rows: Uint32Array,
  into: T,
  missing: number,
): T {
  for (let i = 0; i < rows.length; i++) into[i] = column[rows[i] ?? 0] ?? missing;
  return into;
}
