import { authorFlags, authorNumbers, counts, flags, indexes, NO_ROW, numbers } from '../shared/columns.ts';
import { median } from '../shared/median.ts';
import type { Batch } from '../types.ts';

type PostNumber = 'ageHours' | 'likes' | 'replies' | 'boosts' | 'myLikes30d' | 'myReplies30d' | 'myBoosts30d';
type PostCount = 'seenCount' | 'mediaCount' | 'chars';

/** The columns the mix reads, by name. */
export interface MixColumns {
  n: number;
  authors: number;
  authorIdx: Uint32Array;
  boostOfRow: Uint32Array;
  isBoost: Uint8Array;
  post: Record<PostNumber, Float64Array> & Record<PostCount, Uint32Array>;
  author: { followers: Float64Array; iFollow: Uint8Array; followsMe: Uint8Array };
}

export type PostName = keyof MixColumns['post'];
export type AuthorName = keyof MixColumns['author'];

export function mixColumns(batch: Batch): MixColumns {
  return {
    n: batch.n,
    authors: batch.author.n,
    authorIdx: indexes(batch, 'authorIdx'),
    boostOfRow: indexes(batch, 'boostOfRow'),
    isBoost: flags(batch, 'isBoost'),
    post: {
      ageHours: numbers(batch, 'ageHours'),
      likes: numbers(batch, 'likes'),
      replies: numbers(batch, 'replies'),
      boosts: numbers(batch, 'boosts'),
      myLikes30d: numbers(batch, 'myLikes30d'),
      myReplies30d: numbers(batch, 'myReplies30d'),
      myBoosts30d: numbers(batch, 'myBoosts30d'),
      seenCount: counts(batch, 'seenCount'),
      mediaCount: counts(batch, 'mediaCount'),
      chars: counts(batch, 'chars'),
    },
    author: {
      followers: authorNumbers(batch, 'followers'),
      iFollow: authorFlags(batch, 'iFollow'),
      followsMe: authorFlags(batch, 'followsMe'),
    },
  };
}

/** The row a post is read from: for a boost the post it repeats, where that is in the batch. */
export function readRow(columns: MixColumns, row: number): number {
  const original = columns.boostOfRow[row] ?? NO_ROW;
  return original === NO_ROW ? row : original;
}

/**
 * Runs `work` with the named columns of one row at their median, and puts them back: what the post would be without
 * what they say about it.
 *
 * @param medians kept from call to call
 */
export function withMedians<Result>(
  columns: MixColumns,
  row: number,
  names: { post: readonly PostName[]; author: readonly AuthorName[] },
  medians: Map<string, number>,
  work: () => Result,
): Result {
  const author = columns.authorIdx[row] ?? NO_ROW;
  const places = [
    ...names.post.map((name) => ({ name, column: columns.post[name], place: row })),
    ...(author < columns.authors
      ? names.author.map((name) => ({ name, column: columns.author[name], place: author }))
      : []),
  ];
  for (const { name, column } of places) if (!medians.has(name)) medians.set(name, median(column));
  const before = places.map(({ column, place }) => column[place] ?? NaN);
  for (const { name, column, place } of places) column[place] = medians.get(name) ?? NaN;
  const result = work();
  places.forEach(({ column, place }, index) => (column[place] = before[index] ?? NaN));
  return result;
}

/** Copies of what {@link withMedians} changes. */
export function changeable(columns: MixColumns): MixColumns {
  const { post, author } = columns;
  return {
    ...columns,
    post: {
      ageHours: post.ageHours.slice(),
      likes: post.likes.slice(),
      replies: post.replies.slice(),
      boosts: post.boosts.slice(),
      myLikes30d: post.myLikes30d.slice(),
      myReplies30d: post.myReplies30d.slice(),
      myBoosts30d: post.myBoosts30d.slice(),
      seenCount: post.seenCount.slice(),
      mediaCount: post.mediaCount.slice(),
      chars: post.chars.slice(),
    },
    author: {
      followers: author.followers.slice(),
      iFollow: author.iFollow.slice(),
      followsMe: author.followsMe.slice(),
    },
  };
}
