import { NO_ROW } from '../../protocol/columns.ts';
import type { ColumnSource } from './column-values.ts';
import { personKeys, rowsSharing } from './grouping.ts';
import { NO_KEY } from './post-set.ts';

/** Longest chain of answers that is followed up; beyond it the ancestors count as unknown. */
const CHAIN_LIMIT = 1000;

/**
 * Posts that decisions about a thread reach: the thread, without any post that is an ancestor by somebody else for every
 * one of the decided posts. Where the chain of answers has a gap in the window, any older post by somebody else may be an
 * ancestor, and is left alone.
 */
export function threadReach(columns: ColumnSource, decided: readonly number[]): number[] {
  const sparing = new Map<number, number>();
  const withGaps = new Set<number>();
  for (const row of new Set(decided)) {
    const ancestors = knownAncestors(columns, row);
    if (ancestors === null) withGaps.add(row);
    for (const ancestor of ancestors ?? []) {
      if (isSomebodyElse(columns, row, ancestor)) sparing.set(ancestor, (sparing.get(ancestor) ?? 0) + 1);
    }
  }
  const decisions = new Set(decided).size;
  // Newest first: when a row is reached, the decided posts with gaps that are newer than it have been counted.
  const newerByPerson = new Map<number, number>();
  let newer = 0;
  const reached: number[] = [];
  for (const row of rowsSharing(columns.posts, 'thread', decided[0] ?? 0)) {
    const person = personOf(columns, row);
    const spared = (sparing.get(row) ?? 0) + newer - (newerByPerson.get(person) ?? 0);
    if (spared < decisions) reached.push(row);
    if (withGaps.has(row)) {
      newer++;
      newerByPerson.set(person, (newerByPerson.get(person) ?? 0) + 1);
    }
  }
  return reached;
}

/** The posts that `row` answers, up to the start of the conversation; null where the chain leaves the window. */
function knownAncestors(columns: ColumnSource, row: number): number[] | null {
  const parents = columns.post('replyToRow');
  const isReply = columns.post('isReply');
  const ancestors: number[] = [];
  const seen = new Set([row]);
  let at = row;
  while (isReply[at] === 1) {
    at = parents[at] ?? NO_ROW;
    if (at === NO_ROW || ancestors.length >= CHAIN_LIMIT) return null;
    if (seen.has(at)) return ancestors;
    seen.add(at);
    ancestors.push(at);
  }
  return ancestors;
}

function isSomebodyElse(columns: ColumnSource, row: number, other: number): boolean {
  return personOf(columns, row) !== personOf(columns, other);
}

/** An unknown author is nobody's equal: the row, made negative, is no key. */
function personOf(columns: ColumnSource, row: number): number {
  const person = personKeys(columns.posts)[row] ?? NO_KEY;
  return person === NO_KEY ? -1 - row : person;
}
