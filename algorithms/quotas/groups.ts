import { authorFlags, authorNumbers, counts, flags, indexes, NO_ROW } from '../shared/columns.ts';
import type { Batch } from '../types.ts';

/** What posts can be told apart by; by source and language each has the same share. */
export const ATTRIBUTES = [
  'followed',
  'small',
  'media',
  'link',
  'long',
  'reply',
  'boost',
  'unread',
  'source',
  'language',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

const SMALL_FOLLOWERS = 1000;
const LONG_CHARS = 500;
/** Sources or languages that get a share of their own; the rest are one group. */
const GROUPS_MAX = 20;

export interface Groups {
  /** Per row. */
  group: Uint32Array;
  count: number;
  /** True where every group has the same share; else group 1 has the attribute and group 0 has not. */
  equal: boolean;
}

export function groupsOf(batch: Batch, attribute: Attribute): Groups {
  if (attribute === 'source' || attribute === 'language') {
    return { ...numbered(indexes(batch, attribute === 'source' ? 'sourceIdx' : 'langIdx')), equal: true };
  }
  const has = holds(batch, attribute);
  return { group: Uint32Array.from({ length: batch.n }, (_, row) => (has(row) ? 1 : 0)), count: 2, equal: false };
}

/** Whether a row has the attribute; what isn't known isn't there. */
function holds(batch: Batch, attribute: Exclude<Attribute, 'source' | 'language'>): (row: number) => boolean {
  const authorIdx = indexes(batch, 'authorIdx');
  const flagged = (column: Uint8Array) => (row: number) => column[row] === 1;
  switch (attribute) {
    case 'followed': {
      const iFollow = authorFlags(batch, 'iFollow');
      return (row) => iFollow[authorIdx[row] ?? NO_ROW] === 1;
    }
    case 'small': {
      const followers = authorNumbers(batch, 'followers');
      return (row) => (followers[authorIdx[row] ?? NO_ROW] ?? NaN) < SMALL_FOLLOWERS;
    }
    case 'media':
      return flagged(flags(batch, 'hasMedia'));
    case 'link':
      return flagged(flags(batch, 'hasLink'));
    case 'reply':
      return flagged(flags(batch, 'isReply'));
    case 'boost':
      return flagged(flags(batch, 'isBoost'));
    case 'long': {
      const chars = counts(batch, 'chars');
      return (row) => (chars[row] ?? 0) > LONG_CHARS;
    }
    case 'unread': {
      const seen = counts(batch, 'seenCount');
      return (row) => (seen[row] ?? 0) === 0;
    }
  }
}

/** Values as groups in the order they come; unknown ones, and those past the maximum, share the last group. */
function numbered(values: Uint32Array): { group: Uint32Array; count: number } {
  const numbers = new Map<number, number>();
  const group = values.map((value) => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const number = Math.min(numbers.size, GROUPS_MAX - 1);
    numbers.set(value, number);
    return number;
  });
  return { group, count: Math.min(Math.max(numbers.size, 1), GROUPS_MAX) };
}
