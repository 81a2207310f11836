import { NO_ROW } from '../shared/columns.ts';
import type { MixColumns } from './columns.ts';

/** How many people boosted the post that each boost repeats, its author not counted; 0 for a post of its own. */
function boosterCounts({ n, authorIdx, boostOfRow }: MixColumns): Uint32Array {
  const boosters = new Map<number, Set<number>>();
  for (let row = 0; row < n; row++) {
    const original = boostOfRow[row] ?? NO_ROW;
    const booster = authorIdx[row] ?? NO_ROW;
    if (original === NO_ROW || booster === authorIdx[original]) continue;
    const known = boosters.get(original);
    if (known === undefined) boosters.set(original, new Set([booster]));
    else known.add(booster);
  }
  return boostOfRow.map((original) => boosters.get(original)?.size ?? 0);
}

/** Several boosts of one post: the number of boosters, one more if its author is followed, squared; one alone gives 0. */
export function boostedInFeed(columns: MixColumns): (row: number) => number {
  const { authorIdx, boostOfRow, author } = columns;
  const boosters = boosterCounts(columns);
  return (row) => {
    const original = boostOfRow[row] ?? NO_ROW;
    if (original === NO_ROW) return 0;
    const number = (boosters[row] ?? 0) + (author.iFollow[authorIdx[original] ?? NO_ROW] ?? 0);
    return number >= 2 ? number * number : 0;
  };
}

/** Rows from the oldest to the newest; of the same age, the later row first. */
function oldestFirst(ageHours: Float64Array): Uint32Array {
  const n = ageHours.length;
  const rows = Uint32Array.from({ length: n }, (_, place) => n - 1 - place);
  let sorted = true;
  for (let row = 1; row < n && sorted; row++) sorted = (ageHours[row - 1] ?? 0) <= (ageHours[row] ?? 0);
  return sorted ? rows : rows.sort((a, b) => (ageHours[b] ?? 0) - (ageHours[a] ?? 0) || b - a);
}

/** The author of the post that a boost repeats. */
function boostedAuthor({ authorIdx, boostOfRow }: MixColumns, row: number): number {
  const original = boostOfRow[row] ?? NO_ROW;
  return original === NO_ROW ? NO_ROW : (authorIdx[original] ?? NO_ROW);
}

/**
 * How many newer entries of the same people the batch has: the k-th oldest of a person's n entries gets n − k. Booster
 * and boosted author both count, also when they are the same; four times for a boost.
 */
export function diversity(columns: MixColumns): Float64Array {
  const { n, authors, authorIdx, boostOfRow, post } = columns;
  const left = new Uint32Array(authors);
  for (let row = 0; row < n; row++) {
    const own = authorIdx[row] ?? NO_ROW;
    const boosted = boostedAuthor(columns, row);
    if (own < authors) left[own] = (left[own] ?? 0) + 1;
    if (boosted < authors) left[boosted] = (left[boosted] ?? 0) + 1;
  }
  const out = new Float64Array(n);
  const take = (person: number): number => {
    if (person >= authors) return 0;
    const newer = (left[person] ?? 1) - 1;
    left[person] = newer;
    return newer;
  };
  for (const row of oldestFirst(post.ageHours)) {
    const newer = take(authorIdx[row] ?? NO_ROW) + take(boostedAuthor(columns, row));
    out[row] = (boostOfRow[row] ?? NO_ROW) === NO_ROW ? newer : newer * 4;
  }
  return out;
}

/** What {@link diversity} gives, one row at a time, for columns whose ages change meanwhile. */
export class Newer {
  readonly #columns: MixColumns;
  /** Entries of person p: `#rows[#start[p] .. #start[p + 1]]`; a row twice where somebody boosts themselves. */
  readonly #start: Uint32Array;
  readonly #rows: Uint32Array;

  constructor(columns: MixColumns) {
    const { n, authors, authorIdx } = columns;
    this.#columns = columns;
    this.#start = new Uint32Array(authors + 1);
    const each = (take: (person: number, row: number) => void): void => {
      for (let row = 0; row < n; row++) {
        const own = authorIdx[row] ?? NO_ROW;
        const boosted = boostedAuthor(columns, row);
        if (own < authors) take(own, row);
        if (boosted < authors) take(boosted, row);
      }
    };
    each((person) => (this.#start[person + 1] = (this.#start[person + 1] ?? 0) + 1));
    for (let person = 0; person < authors; person++)
      this.#start[person + 1] = (this.#start[person + 1] ?? 0) + (this.#start[person] ?? 0);
    const next = this.#start.slice();
    this.#rows = new Uint32Array(this.#start[authors] ?? 0);
    each((person, row) => {
      const place = next[person] ?? 0;
      this.#rows[place] = row;
      next[person] = place + 1;
    });
  }

  of(row: number): number {
    const { authors, authorIdx, boostOfRow } = this.#columns;
    const own = authorIdx[row] ?? NO_ROW;
    const boosted = boostedAuthor(this.#columns, row);
    const newer =
      this.#entriesAfter(own, row) + this.#entriesAfter(boosted, row) + (own < authors && own === boosted ? 1 : 0);
    return (boostOfRow[row] ?? NO_ROW) === NO_ROW ? newer : newer * 4;
  }

  #entriesAfter(person: number, row: number): number {
    const { authors, post } = this.#columns;
    if (person >= authors) return 0;
    const age = post.ageHours[row] ?? 0;
    let after = 0;
    for (let place = this.#start[person] ?? 0; place < (this.#start[person + 1] ?? 0); place++) {
      const other = this.#rows[place] ?? 0;
      const otherAge = post.ageHours[other] ?? 0;
      if (otherAge < age || (otherAge === age && other < row)) after++;
    }
    return after;
  }
}
