import { NO_ROW } from '../shared/columns.ts';
import { readRow, type MixColumns } from './columns.ts';
import { FACTORS, type FactorKey } from './factors.ts';
import type { Factors, MixMode } from './mix.ts';
import { boostedInFeed, diversity, Newer } from './slate-factors.ts';

/** A number in 0..1 that depends only on when a post was written and how long it is: the same each time. */
function chance(publishedMs: number, chars: number): number {
  let hash = Math.imul(publishedMs | 0, 0x9e3779b1) ^ Math.imul((publishedMs / 4294967296) | 0, 0x85ebca6b) ^ chars;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

const HOUR_MS = 3_600_000;

function newerOf(columns: MixColumns, oneByOne: boolean): (row: number) => number {
  if (oneByOne) {
    const newer = new Newer(columns);
    return (row) => newer.of(row);
  }
  const all = diversity(columns);
  return (row) => all[row] ?? 0;
}

/**
 * The factors that the columns can tell; those without a column (tags, trends, mentions, who reacts to the owner) are
 * left out and add nothing.
 *
 * @param used whether a factor has a weight; the others are not worked out
 * @param oneByOne for a few rows of columns that change meanwhile
 */
export function rowFactors(
  columns: MixColumns,
  mode: MixMode,
  now: number,
  used: (key: FactorKey) => boolean,
  oneByOne = false,
): Factors {
  const { post, author, authorIdx, boostOfRow, isBoost } = columns;
  const authorOf = (row: number): number => authorIdx[row] ?? NO_ROW;
  /** Of the entry and, for a boost, of the post it repeats. */
  const both = (column: Float64Array | Uint32Array) => (row: number) => {
    const original = boostOfRow[row] ?? NO_ROW;
    return (column[row] ?? 0) + (original === NO_ROW ? 0 : (column[original] ?? 0));
  };
  /** Of the entry, or of the post it repeats where the entry says nothing. */
  const count = (column: Float64Array) => (row: number) => {
    const own = column[row] ?? NaN;
    return Number.isNaN(own) ? (column[readRow(columns, row)] ?? NaN) : own;
  };
  const boosted = used('boostedInFeed') ? boostedInFeed(columns) : undefined;
  const newer = used('diversity') ? newerOf(columns, oneByOne) : undefined;
  const of: Partial<Record<FactorKey, (row: number) => number>> = {
    alreadyShown: both(post.seenCount),
    authorFollowers: (row) => Math.log10(Math.max(author.followers[authorOf(readRow(columns, row))] ?? NaN, 1)),
    followedAccounts: (row) => author.iFollow[authorOf(row)] ?? 0,
    followers: (row) => {
      const original = boostOfRow[row] ?? NO_ROW;
      const own = author.followsMe[authorOf(row)] ?? 0;
      return original === NO_ROW ? own : own + (author.followsMe[authorOf(original)] ?? 0);
    },
    imageAttachments: (row) => {
      const own = post.mediaCount[row] ?? 0;
      return own === 0 && isBoost[row] === 1 ? (post.mediaCount[readRow(columns, row)] ?? 0) : own;
    },
    likedAccounts: both(post.myLikes30d),
    answeredAccounts: both(post.myReplies30d),
    boostedAccounts: both(post.myBoosts30d),
    likes: count(post.likes),
    replies: count(post.replies),
    boosts: count(post.boosts),
    chaos: (row) => {
      const drawn = chance(Math.round(now - (post.ageHours[row] ?? 0) * HOUR_MS), post.chars[row] ?? 0);
      return mode === 'agreeing' ? drawn * 2 - 1 : drawn;
    },
    ...(boosted === undefined ? {} : { boostedInFeed: boosted }),
    ...(newer === undefined ? {} : { diversity: newer }),
  };
  return FACTORS.map(({ key }) => (used(key) ? of[key] : undefined));
}
