/** Facts of `n` posts as parallel arrays; keys and ids are whole numbers below 2^53 in a Float64Array. */
export interface PostFactColumns {
  n: number;
  f64: Record<PostF64, Float64Array>;
  u32: Record<PostU32, Uint32Array>;
  u8: Record<PostU8, Uint8Array>;
}

/** id: record id; ref, author, thread and what a post refers to: keys of URIs (0: none); counts NaN: unknown. */
const F64 = [
  'id', 'seq', 'published', 'ref', 'author', 'thread', 'replyToRef', 'boostOfRef', 'quoteOfRef', 'replies', 'boosts',
  'likes', 'downs',
] as const; // prettier-ignore
/** source: number of the source; lang: index into langs (0xffffffff: unknown). */
const U32 = ['source', 'lang', 'mediaCount', 'chars', 'seenCount'] as const;
/** visibility: index into the options of Visibility; acts: bits of POST_ACTS; the others 0 or 1. */
const U8 = [
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
type PostF64 = (typeof F64)[number];
type PostU32 = (typeof U32)[number];
type PostU8 = (typeof U8)[number];

const NO_LANG = 0xffffffff;

/** Flags travel as one number: fewer values per row to take over from the database. */
export const POST_SELECT = `select id, seq, published, ref, author, thread, reply_to, boost_of, quote_of, replies, boosts,
  likes, downs, source, language, media_count, chars,
  has_link | (sensitive << 1) | (mine << 2) | (mentions_me << 3) | (visibility << 4) | (acts << 8), seen_count from post_column`;

/** Fills columns from rows of POST_SELECT. */
export function createPostColumns(
  rows: Iterable<readonly unknown[]>,
  expected: number,
): { posts: PostFactColumns; langs: string[] } {
  let size = Math.max(16, Math.min(expected, 4096));
  let columns = allocate(size);
  const langs: string[] = [];
  const langIds = new Map<string, number>();
  let n = 0;
  for (const row of rows) {
    if (n === size) {
      size *= 2;
      columns = resize(columns, size);
    }
    const { f64, u32, u8 } = columns;
    f64.id[n] = numberAt(row, 0);
    f64.seq[n] = numberAt(row, 1);
    f64.published[n] = numberAt(row, 2);
    f64.ref[n] = numberAt(row, 3);
    f64.author[n] = numberAt(row, 4);
    f64.thread[n] = numberAt(row, 5);
    const replyTo = (f64.replyToRef[n] = numberAt(row, 6));
    const boostOf = (f64.boostOfRef[n] = numberAt(row, 7));
    f64.quoteOfRef[n] = numberAt(row, 8);
    f64.replies[n] = numberAt(row, 9);
    f64.boosts[n] = numberAt(row, 10);
    f64.likes[n] = numberAt(row, 11);
    f64.downs[n] = numberAt(row, 12);
    u32.source[n] = numberAt(row, 13);
    u32.lang[n] = langAt(row, langs, langIds);
    const media = numberAt(row, 15);
    u32.mediaCount[n] = media;
    u32.chars[n] = numberAt(row, 16);
    const flags = numberAt(row, 17);
    u32.seenCount[n] = numberAt(row, 18);
    u8.isReply[n] = replyTo === 0 ? 0 : 1;
    u8.isBoost[n] = boostOf === 0 ? 0 : 1;
    u8.hasMedia[n] = media > 0 ? 1 : 0;
    u8.hasLink[n] = flags & 1;
    u8.sensitive[n] = (flags >> 1) & 1;
    u8.mine[n] = (flags >> 2) & 1;
    u8.mentionsMe[n] = (flags >> 3) & 1;
    u8.visibility[n] = (flags >> 4) & 15;
    u8.acts[n] = flags >> 8;
    n++;
  }
  return { posts: { ...resize(columns, n), n }, langs };
}

function numberAt(row: readonly unknown[], i: number): number {
  const value = row[i];
  return typeof value === 'number' ? value : NaN;
}

function langAt(row: readonly unknown[], langs: string[], ids: Map<string, number>): number {
  const lang = row[14];
  if (typeof lang !== 'string') return NO_LANG;
  const known = ids.get(lang);
  if (known !== undefined) return known;
  ids.set(lang, langs.length);
  return langs.push(lang) - 1;
}

type Arrays = Omit<PostFactColumns, 'n'>;

function allocate(size: number): Arrays {
  return {
    f64: filled(F64, () => new Float64Array(size)),
    u32: filled(U32, () => new Uint32Array(size)),
    u8: filled(U8, () => new Uint8Array(size)),
  };
}

function resize(columns: Arrays, size: number): Arrays {
  const next = allocate(size);
  for (const name of F64) next.f64[name].set(columns.f64[name].subarray(0, size));
  for (const name of U32) next.u32[name].set(columns.u32[name].subarray(0, size));
  for (const name of U8) next.u8[name].set(columns.u8[name].subarray(0, size));
  return next;
}

function filled<K extends string, V>(names: readonly K[], make: () => V): Record<K, V> {
  const made: Partial<Record<K, V>> = {};
  for (const name of names) made[name] = make();
  if (isComplete(made, names)) return made;
  throw new TypeError('incomplete');
}

function isComplete<K extends string, V>(made: Partial<Record<K, V>>, names: readonly K[]): made is Record<K, V> {
  return names.every((name) => made[name] !== undefined);
}
