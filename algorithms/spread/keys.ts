import { flags, indexes, NO_ROW } from '../shared/columns.ts';
import type { Batch } from '../types.ts';

/** What two posts may have in common, as small numbers; NO_ROW: not known, in common with nothing. */
export interface Keys {
  person: Uint32Array;
  thread: Uint32Array;
  source: Uint32Array;
  /** Language and whether there are pictures. */
  kind: Uint32Array;
}

/** Numbers the values from 0 in the order they come, so that a plain array can be looked up by them. */
function dense(values: Uint32Array): Uint32Array {
  const known = new Map<number, number>();
  return values.map((value) => {
    if (value === NO_ROW) return NO_ROW;
    const number = known.get(value) ?? known.size;
    known.set(value, number);
    return number;
  });
}

/** A boost counts for the person who boosts and for the conversation of the post it repeats. */
export function keysOf(batch: Batch): Keys {
  const authorIdx = indexes(batch, 'authorIdx');
  const personIdx = indexes(batch, 'personIdx');
  const threadIdx = indexes(batch, 'threadIdx');
  const boostOfRow = indexes(batch, 'boostOfRow');
  const langIdx = indexes(batch, 'langIdx');
  const hasMedia = flags(batch, 'hasMedia');
  /** Where no joined person is known the account stands for one; the two are counted apart. */
  const people = new Uint32Array(batch.n);
  const threads = new Uint32Array(batch.n);
  const kinds = new Uint32Array(batch.n);
  for (let row = 0; row < batch.n; row++) {
    const person = personIdx[row] ?? NO_ROW;
    const author = authorIdx[row] ?? NO_ROW;
    people[row] = person !== NO_ROW ? person * 2 : author !== NO_ROW ? author * 2 + 1 : NO_ROW;
    const original = boostOfRow[row] ?? NO_ROW;
    threads[row] = threadIdx[original === NO_ROW ? row : original] ?? NO_ROW;
    const lang = langIdx[row] ?? NO_ROW;
    kinds[row] = lang === NO_ROW ? NO_ROW : lang * 2 + (hasMedia[row] ?? 0);
  }
  return {
    person: dense(people),
    thread: dense(threads),
    source: dense(indexes(batch, 'sourceIdx')),
    kind: dense(kinds),
  };
}
