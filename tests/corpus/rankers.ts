import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import {
  AUTHOR_COLUMNS,
  POST_COLUMNS,
  type AuthorColumn,
  type Column,
  type PostColumn,
} from '../../protocol/columns.ts';
import type { Batch, Columns } from '../../protocol/batch.ts';
import { corpusFiles } from './corpus.ts';

/** A published post as far as rankers can use it; NaN: not told. */
export interface RealPost {
  at: number;
  author: string;
  source: string;
  likes: number;
  downs: number;
  boosts: number;
  replies: number;
  chars: number;
}

const Rows = z.array(z.record(z.string(), z.string()));

function rowsOf(path: string): Record<string, string>[] {
  return Rows.parse(parse(readFileSync(path), { columns: true, bom: true, relax_column_count: true }));
}

function count(text: string | undefined): number {
  return text === undefined || text === '' ? NaN : Number(text);
}

/** The best posts of fifteen subreddits; who wrote them isn't told, so the site linked to stands for the author. */
export function redditPosts(): RealPost[] {
  const files = corpusFiles('reddit-top-posts').filter((path) => path.endsWith('.csv'));
  return files.flatMap((path) =>
    rowsOf(path).map((row) => ({
      at: Number(row['created_utc']) * 1000,
      author: row['domain'] ?? '',
      source: basename(path, '.csv'),
      likes: count(row['ups']),
      downs: count(row['downs']),
      boosts: NaN,
      replies: count(row['num_comments']),
      chars: (row['title'] ?? '').length + (row['selftext'] ?? '').length,
    })),
  );
}

/** Tweets of one evening, whose counts aren't told, and a politician's, whose are. */
export function tweets(): RealPost[] {
  const files = corpusFiles('tweets-fivethirtyeight').filter((path) => path.endsWith('.csv'));
  return files.flatMap((path) =>
    rowsOf(path).map((row) => ({
      at: Date.parse(`${row['created_at'] ?? ''} UTC`),
      author: row['screen_name'] ?? row['user'] ?? '',
      source: basename(path, '.csv'),
      likes: count(row['favorites']),
      downs: NaN,
      boosts: count(row['retweets']),
      replies: count(row['replies']),
      chars: (row['text'] ?? '').length,
    })),
  );
}

function missing<Name extends string>(
  table: Readonly<Record<Name, Column>>,
  n: number,
  type: Column['type'],
): [string, number[]][] {
  return Object.entries<Column>(table)
    .filter(([, column]) => column.type === type)
    .map(([name, column]) => [name, Array.from({ length: n }, () => column.missing)]);
}

function columnsOf<Name extends string>(table: Readonly<Record<Name, Column>>, n: number): Columns<Name> {
  const columns = {
    f64: Object.fromEntries(missing(table, n, 'f64').map(([name, values]) => [name, Float64Array.from(values)])),
    u32: Object.fromEntries(missing(table, n, 'u32').map(([name, values]) => [name, Uint32Array.from(values)])),
    u8: Object.fromEntries(missing(table, n, 'u8').map(([name, values]) => [name, Uint8Array.from(values)])),
  };
  return columns as Columns<Name>;
}

/** The posts newest first, an hour after the newest; what a locker would know of their authors from them alone. */
export function batchOf(given: readonly RealPost[]): Batch {
  const posts = given.filter(({ at }) => !Number.isNaN(at)).sort((a, b) => b.at - a.at);
  const now = (posts[0]?.at ?? 0) + 3_600_000;
  const numbered = (key: 'author' | 'source'): [Uint32Array, number] => {
    const numbers = new Map<string, number>();
    for (const post of posts) if (!numbers.has(post[key])) numbers.set(post[key], numbers.size);
    return [Uint32Array.from(posts, (post) => numbers.get(post[key]) ?? 0), numbers.size];
  };
  const [authorIdx, authors] = numbered('author');
  const [sourceIdx] = numbered('source');
  const author = { n: authors, ...columnsOf<AuthorColumn>(AUTHOR_COLUMNS, authors) };
  author.f64.medianEngagement = medians(posts, authorIdx, authors);
  const post = columnsOf<PostColumn>(POST_COLUMNS, posts.length);
  return {
    n: posts.length,
    f64: {
      ...post.f64,
      ageHours: Float64Array.from(posts, ({ at }) => (now - at) / 3_600_000),
      likes: Float64Array.from(posts, ({ likes }) => likes),
      downs: Float64Array.from(posts, ({ downs }) => downs),
      boosts: Float64Array.from(posts, ({ boosts }) => boosts),
      replies: Float64Array.from(posts, ({ replies }) => replies),
    },
    u32: {
      ...post.u32,
      authorIdx,
      personIdx: authorIdx,
      sourceIdx,
      chars: Uint32Array.from(posts, ({ chars }) => chars),
    },
    u8: post.u8,
    author,
  };
}

function medians(posts: readonly RealPost[], authorIdx: Uint32Array, authors: number): Float64Array {
  const reactions = Array.from({ length: authors }, (): number[] => []);
  posts.forEach(({ likes, boosts, replies }, row) => {
    if (Number.isNaN(likes)) return;
    reactions[authorIdx[row] ?? 0]?.push(likes + (boosts || 0) + (replies || 0));
  });
  return Float64Array.from(reactions, (all) => all.sort((a, b) => a - b)[(all.length - 1) >> 1] ?? NaN);
}

/** Rows by score, best first; what isn't scored has the middle place, and equal ones are newest first. */
export function orderBy(score: Float64Array): Uint32Array {
  const known = Array.from(score)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const middle = known[known.length >> 1] ?? 0;
  const value = (row: number): number => (Number.isNaN(score[row]) ? middle : (score[row] ?? middle));
  return Uint32Array.from(score.keys()).sort((a, b) => value(b) - value(a) || a - b);
}

/** How unevenly the first `places` places are spread over the groups: 0 all alike, near 1 one has all. A place is worth `1 / log2(place + 1)`. */
export function exposureGini(order: Uint32Array, group: Uint32Array, places = 500): number {
  const groups = Math.max(...group) + 1;
  const exposure = new Float64Array(groups);
  order.subarray(0, places).forEach((row, place) => {
    const number = group[row] ?? 0;
    exposure[number] = (exposure[number] ?? 0) + 1 / Math.log2(place + 2);
  });
  exposure.sort();
  let weighted = 0;
  let sum = 0;
  exposure.forEach((value, at) => {
    weighted += (2 * (at + 1) - groups - 1) * value;
    sum += value;
  });
  return sum === 0 ? 0 : weighted / (groups * sum);
}
