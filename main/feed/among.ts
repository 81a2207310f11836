import { f64Facts, u32Facts, u8Facts } from './merge-facts.ts';
import { NO_ROW } from '../../protocol/columns.ts';
import { NO_KEY, pick, pickPosts, remembered, rememberedFor, type PostFacts, type PostSet } from './post-set.ts';
import type { Among, WindowChanges } from './window-source.ts';

type Test = (source: number, author: number) => boolean;

const tests = new WeakMap<Among, Test>();

function testOf(among: Among): Test {
  return rememberedFor(tests, among, () => {
    const sources = new Set(among.sources);
    const authors = new Set(among.authors);
    return (source, author) => sources.has(source) || authors.has(author);
  });
}

/** Rows for which the answer is `wanted`, in their order. */
function rowsWhere(sources: Uint32Array, authors: Float64Array, among: Among, wanted: boolean): Uint32Array {
  const isAmong = testOf(among);
  const rows = new Uint32Array(sources.length);
  let count = 0;
  for (let row = 0; row < sources.length; row++) {
    if (isAmong(sources[row] ?? NO_ROW, authors[row] ?? NO_KEY) === wanted) rows[count++] = row;
  }
  return rows.slice(0, count);
}

/**
 * What changed, for a window that is limited: posts beside it are left out, and a post of the window that is no longer
 * among them is as good as gone.
 */
export function changesAmong(changes: WindowChanges, among: Among, held: Float64Array): WindowChanges {
  const { facts, removed } = changes;
  const ids = new Set(held);
  const { source } = facts.u32;
  const { author, id } = facts.f64;
  const left = Array.from(rowsWhere(source, author, among, false), (row) => id[row] ?? NaN);
  return {
    ...changes,
    facts: pickFacts(facts, rowsWhere(source, author, among, true)),
    removed: Float64Array.from([...removed, ...left].filter((one) => ids.has(one))),
  };
}

const picked = new WeakMap<PostSet, Map<Among, PostSet>>();

/** The posts of a window that are among these; asked again, the same set. */
export function postsAmong(posts: PostSet, among: Among): PostSet {
  const known = rememberedFor(picked, posts, () => new Map<Among, PostSet>());
  return remembered(known, among, () =>
    pickPosts(posts, rowsWhere(posts.u32('source'), posts.f64('author'), among, true)),
  );
}

function pickFacts(facts: PostFacts, rows: Uint32Array): PostFacts {
  const n = rows.length;
  if (n === facts.n) return facts;
  return {
    n,
    f64: f64Facts((fact) => pick(facts.f64[fact], rows, new Float64Array(n), NaN)),
    u32: u32Facts((fact) => pick(facts.u32[fact], rows, new Uint32Array(n), NO_ROW)),
    u8: u8Facts((fact) => pick(facts.u8[fact], rows, new Uint8Array(n), 0)),
  };
}
