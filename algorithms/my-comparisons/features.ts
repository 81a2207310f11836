import { authorFlags, authorNumbers, counts, flags, indexes, NO_ROW, numbers } from '../shared/columns.ts';
import type { AuthorColumn, Batch, PostColumn } from '../types.ts';

/** A fact about a post as a number that can be weighed: counts and times by their logarithm. */
export interface Feature {
  readonly post?: PostColumn;
  readonly author?: AuthorColumn;
  readonly as: 'count' | 'flag' | 'logarithm';
}

/** What is weighed, in the order of the manifest's contributions and of the state. */
export const FEATURES: readonly Feature[] = [
  { post: 'ageHours', as: 'logarithm' },
  { post: 'likes', as: 'logarithm' },
  { post: 'boosts', as: 'logarithm' },
  { post: 'replies', as: 'logarithm' },
  { post: 'chars', as: 'count' },
  { post: 'mediaCount', as: 'count' },
  { post: 'hasLink', as: 'flag' },
  { post: 'isReply', as: 'flag' },
  { post: 'isBoost', as: 'flag' },
  { post: 'mentionsMe', as: 'flag' },
  { author: 'followers', as: 'logarithm' },
  { author: 'medianEngagement', as: 'logarithm' },
  { author: 'iFollow', as: 'flag' },
  { author: 'followsMe', as: 'flag' },
  { author: 'myReplies', as: 'logarithm' },
  { author: 'myBoosts', as: 'logarithm' },
  { author: 'myLikes', as: 'logarithm' },
  { author: 'mySeen', as: 'logarithm' },
];

/** One function per feature: its value in a row, NaN where it isn't known. */
export function readers(batch: Batch): ((row: number) => number)[] {
  const authorIdx = indexes(batch, 'authorIdx');
  return FEATURES.map(({ post, author, as }) => {
    const column = post !== undefined ? postColumn(batch, post, as) : authorColumn(batch, author ?? 'followers', as);
    const place = post !== undefined ? (row: number) => row : (row: number) => authorIdx[row] ?? NO_ROW;
    if (as === 'flag') return (row) => column[place(row)] ?? NaN;
    return (row) => Math.log2(1 + Math.max(column[place(row)] ?? NaN, 0));
  });
}

function postColumn(batch: Batch, name: PostColumn, as: Feature['as']): ArrayLike<number> {
  return as === 'flag' ? flags(batch, name) : as === 'count' ? counts(batch, name) : numbers(batch, name);
}

function authorColumn(batch: Batch, name: AuthorColumn, as: Feature['as']): ArrayLike<number> {
  return as === 'flag' ? authorFlags(batch, name) : authorNumbers(batch, name);
}
