import { z } from 'zod';
import type { Columns } from '../../protocol/batch.ts';
import {
  AUTHOR_COLUMN_NAMES,
  AUTHOR_COLUMNS,
  NO_ROW,
  POST_COLUMN_NAMES,
  POST_COLUMNS,
  type AuthorColumn,
  type Column,
  type PostColumn,
} from '../../protocol/columns.ts';
import type { Needs } from '../../protocol/manifest.ts';
import { declared, type NamedBatch } from './batch.ts';
import type { ColumnSource } from './column-values.ts';
import { columnDigest, jsonDigest } from './digest.ts';

/** What the feed knew about the two posts of a comparison, the preferred one first. Columns that say which, not how much, are left out. */
const PairFacts = z.strictObject({
  post: z.record(z.string(), z.tuple([z.number().nullable(), z.number().nullable()])),
  author: z.record(z.string(), z.tuple([z.number().nullable(), z.number().nullable()])),
});
export type PairFacts = z.infer<typeof PairFacts>;

/** What is known about two rows now, to be kept. */
export function pairFacts(columns: ColumnSource, better: number, worse: number): PairFacts {
  const author = columns.post('authorIdx');
  const of = (column: ArrayLike<number>, [one, two]: readonly [number, number]): [number | null, number | null] => {
    const known = (row: number): number | null => (Number.isFinite(column[row]) ? (column[row] ?? null) : null);
    return [known(one), known(two)];
  };
  const rows = [better, worse] as const;
  const authors = [author[better] ?? NO_ROW, author[worse] ?? NO_ROW] as const;
  const post = POST_COLUMN_NAMES.filter((name) => POST_COLUMNS[name].missing !== NO_ROW);
  return {
    post: Object.fromEntries(post.map((name) => [name, of(columns.post(name), rows)])),
    author: Object.fromEntries(AUTHOR_COLUMN_NAMES.map((name) => [name, of(columns.author(name), authors)])),
  };
}

/** What was kept of a comparison. */
export function readPair(facts: string): PairFacts {
  return PairFacts.parse(JSON.parse(facts));
}

/** The comparisons as a learner sees them: rows 2i and 2i + 1 are a pair, each with an author of its own. */
export function comparisonBatch(needs: Needs, facts: readonly string[]): NamedBatch {
  const pairs = facts.map(readPair);
  const n = 2 * pairs.length;
  const { post, author } = declared(needs);
  const valuesOf = (table: keyof PairFacts, name: string, { missing }: Column): number[] =>
    pairs.flatMap((pair) => (pair[table][name] ?? [null, null]).map((value) => value ?? missing));
  const posts: Columns<PostColumn> = { f64: {}, u32: {}, u8: {} };
  const authors: Columns<AuthorColumn> = { f64: {}, u32: {}, u8: {} };
  for (const name of post) {
    const values =
      name === 'authorIdx' ? Array.from({ length: n }, (_, row) => row) : valuesOf('post', name, POST_COLUMNS[name]);
    put(posts, name, POST_COLUMNS[name], values);
  }
  for (const name of author) put(authors, name, AUTHOR_COLUMNS[name], valuesOf('author', name, AUTHOR_COLUMNS[name]));
  const batch = { n, ...posts, author: { n: post.includes('authorIdx') ? n : 0, ...authors } };
  const digests = [posts, authors].flatMap(({ f64, u32, u8 }) =>
    [f64, u32, u8].map((table) => Object.values<Float64Array | Uint32Array | Uint8Array>(table).map(columnDigest)),
  );
  return { batch, digest: jsonDigest(['comparisons', n, post, author, digests]) };
}

function put<Name extends string>(into: Columns<Name>, name: Name, { type }: Column, values: readonly number[]): void {
  if (type === 'f64') into.f64[name] = Float64Array.from(values);
  else if (type === 'u32') into.u32[name] = Uint32Array.from(values);
  else into.u8[name] = Uint8Array.from(values);
}
