import type { Severity, BlockTarget } from '../../protocol/batch.ts';
import { NO_ROW } from '../../protocol/columns.ts';
import type { ColumnSource } from './column-values.ts';
import { personKeys, rowsSharing } from './grouping.ts';
import { HIDE, WARN, type RowDecision } from './decision.ts';
import { NO_KEY } from './post-set.ts';
import type { Spared } from './spared.ts';
import { threadReach } from './thread-reach.ts';

/** Index of the "entry" that stands for the owner's own hides, mutes and blocks. */
export const OWNER_ENTRY = -1;

/** What one blocker of the mix (or the owner) decided in this window. */
export interface Verdict {
  /** Place in the mix's entries, or OWNER_ENTRY. */
  readonly entry: number;
  readonly decisions: readonly RowDecision[];
  /** Posts that the owner's exceptions keep this blocker away from. */
  readonly spared: Spared;
  /** Host that a decision with target `host` is about; null: none is known. */
  readonly hostOf: (decision: RowDecision) => string | null;
}

/** Why a post is marked: a decision about it, or about something that it belongs to. */
export interface RowCause {
  readonly entry: number;
  readonly severity: Severity;
  readonly target: BlockTarget;
  readonly reason: number;
  readonly args: readonly number[];
  /** Set where the post repeats or quotes the post that the decision hides. */
  readonly repeats: 'boost' | 'quote' | null;
}

/** Every mark in the window: all causes are kept, the highest severity holds. */
export interface Effects {
  /** Per row; -1: no mark. */
  readonly severity: Int8Array;
  readonly causes: ReadonlyMap<number, readonly RowCause[]>;
}

/** Unites the verdicts and takes their targets to every post they reach. */
export function uniteVerdicts(columns: ColumnSource, verdicts: readonly Verdict[]): Effects {
  const n = columns.posts.n;
  const severity = new Int8Array(n).fill(-1);
  const causes = new Map<number, RowCause[]>();
  function mark(row: number, cause: RowCause): void {
    severity[row] = Math.max(severity[row] ?? -1, cause.severity);
    const known = causes.get(row);
    if (known === undefined) causes.set(row, [cause]);
    else known.push(cause);
  }
  for (const verdict of verdicts) {
    for (const [decision, rows] of reaches(columns, verdict)) {
      const { severity: level, target, reason, args } = decision;
      const cause: RowCause = { entry: verdict.entry, severity: level, target, reason, args, repeats: null };
      for (const row of rows) if (!verdict.spared(row)) mark(row, cause);
    }
  }
  inheritWarnings(columns, severity, causes, mark);
  return { severity, causes };
}

/** Each decision with the rows it reaches; decisions about the same author, thread or host are taken together. */
function* reaches(columns: ColumnSource, verdict: Verdict): Generator<[RowDecision, Iterable<number>]> {
  const together = new Map<string, RowDecision[]>();
  for (const decision of verdict.decisions) {
    const key = groupKey(columns, verdict, decision);
    if (key === null) {
      yield [decision, [decision.row]];
      continue;
    }
    const group = together.get(key);
    if (group === undefined) together.set(key, [decision]);
    else group.push(decision);
  }
  for (const group of together.values()) {
    const strongest = group.reduce((best, decision) => (decision.severity > best.severity ? decision : best));
    if (strongest.target === 1) yield [strongest, rowsSharing(columns.posts, 'person', strongest.row)];
    else if (strongest.target === 2)
      yield [
        strongest,
        threadReach(
          columns,
          group.map((decision) => decision.row),
        ),
      ];
    else yield [strongest, sameHost(columns, verdict.hostOf(strongest))];
  }
}

/**
 * Null where the decision is about its own post alone. A word decision is: every post that contains the word was before the
 * blocker too. Severities apart: a hide of a thread must not reach further than the decisions that hide.
 */
function groupKey(columns: ColumnSource, verdict: Verdict, decision: RowDecision): string | null {
  const { row, target, reason, severity } = decision;
  if (target === 1) {
    const person = personKeys(columns.posts)[row] ?? NO_KEY;
    return person === NO_KEY ? null : `1 ${String(person)} ${String(reason)}`;
  }
  if (target === 2) {
    const thread = columns.posts.f64('thread')[row] ?? NO_KEY;
    return thread === NO_KEY ? null : `2 ${String(thread)} ${String(reason)} ${String(severity)}`;
  }
  if (target === 4) {
    const host = verdict.hostOf(decision);
    return host === null ? null : `4 ${host} ${String(reason)}`;
  }
  return null;
}

function sameHost(columns: ColumnSource, host: string | null): number[] {
  const rows: number[] = [];
  if (host === null) return rows;
  const keys = columns.authorKeys();
  const within = Array.from(keys, (key) => isWithinHost(columns.posts.context.authors.get(key)?.host ?? null, host));
  const index = columns.post('authorIdx');
  for (let row = 0; row < index.length; row++) if (within[index[row] ?? NO_ROW] === true) rows.push(row);
  return rows;
}

/** True for the host itself and the names below it. */
export function isWithinHost(candidate: string | null, host: string): boolean {
  if (candidate === null) return false;
  return candidate === host || candidate.endsWith(`.${host}`);
}

/** A post that repeats or quotes a hidden one carries a warning with the same causes: the person who shares it isn't hidden. */
function inheritWarnings(
  columns: ColumnSource,
  severity: Int8Array,
  causes: ReadonlyMap<number, readonly RowCause[]>,
  mark: (row: number, cause: RowCause) => void,
): void {
  const inherited: [number, RowCause][] = [];
  for (const [repeats, column] of [
    ['boost', columns.post('boostOfRow')],
    ['quote', columns.post('quoteOfRow')],
  ] as const) {
    for (let row = 0; row < column.length; row++) {
      const original = column[row] ?? NO_ROW;
      if (original === NO_ROW || original === row || severity[original] !== HIDE) continue;
      for (const cause of causes.get(original) ?? []) {
        if (cause.severity === HIDE) inherited.push([row, { ...cause, severity: WARN, repeats }]);
      }
    }
  }
  for (const [row, cause] of inherited) mark(row, cause);
}
