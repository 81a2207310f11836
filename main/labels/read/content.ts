import type { LabelEntry } from '../../store/index.ts';

/** Statements and entries of one source beyond this are not taken in. */
export const MOST_ENTRIES = 200_000;

/** What a file or an address says. */
export interface SourceContent {
  readonly kind: 'labels' | 'list';
  /** What it calls itself; null: nothing. */
  readonly name: string | null;
  /** Who makes it: a DID, an account; empty: it doesn't say. */
  readonly publisher: string;
  /** `did:key` that every label was checked with; null: signatures were not checked. */
  readonly key: string | null;
  readonly entries: readonly LabelEntry[];
  /** What was left out, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Where the next question goes on; null: that was all. */
  readonly cursor: string | null;
}

/** Counts what is left out. */
export class Skipped {
  readonly counts = new Map<string, number>();

  add(reason: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }
}
