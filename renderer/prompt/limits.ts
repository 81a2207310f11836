import { PRIVILEGES, type Action, type Clause, type Privilege } from '../../protocol/contract/clause.ts';
import type { ClauseLimit, Limits } from '../../protocol/contract/offer.ts';
import { nextDay, startOfDay } from '../data/filters.ts';

/** What the controls of one clause show. It can only be narrower than the clause. */
export interface ClauseDraft {
  readonly on: boolean;
  /** Those that stay, in the clause's order. */
  readonly fields: readonly string[];
  readonly actions: readonly Action[];
  readonly datatypes: readonly string[];
  /** A duration, or empty: as long as the clause says. */
  readonly rolling: string;
  /** A day, or empty. */
  readonly since: string;
  readonly privilege: Privilege;
  /** Null: as many as the clause says. */
  readonly rowsPerDay: number | null;
  readonly perHour: number | null;
  /** Last day of access, or empty. */
  readonly until: string;
  readonly othersPrivate: boolean;
}
export type Drafts = ReadonlyMap<string, ClauseDraft>;

/** Periods that a clause may be narrowed to, from short to long. */
const PERIODS = ['P1D', 'P7D', 'P30D', 'P90D', 'P365D'] as const;

/** Hours of a duration; of none: without end. */
export function hoursOf(duration: string | undefined): number {
  const match = /^P(?:(\d+)D|T(\d+)H)$/.exec(duration ?? '');
  if (match === null) return Number.POSITIVE_INFINITY;
  return match[1] === undefined ? Number(match[2]) : Number(match[1]) * 24;
}

/** Periods shorter than what the clause itself asks for, and the one that is set. */
export function periodsFor(clause: Clause, set: string): string[] {
  const most = hoursOf(clause.window.rolling);
  const offered = PERIODS.filter((period) => hoursOf(period) < most);
  const all = set === '' ? offered : [...new Set([...offered, set])];
  return all.sort((a, b) => hoursOf(a) - hoursOf(b));
}

/** The clause's own level of detail and those below it. */
export function privilegesFor(clause: Clause): readonly Privilege[] {
  return PRIVILEGES.slice(PRIVILEGES.indexOf(clause.privileges[0]));
}

/** Only parts of a clause that asks for data on records, not one that only adds some. */
export function reads(clause: Clause): boolean {
  return clause.actions.some((action) => action === 'read' || action === 'query' || action === 'subscribe');
}

function dayOf(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' }).format(Date.parse(instant));
}

function instantOf(day: string, timeZone: string): string {
  return new Date(startOfDay(day, timeZone)).toISOString();
}

/** The last day that ends before or at an instant. */
function lastDayOf(instant: string, timeZone: string): string {
  return dayOf(new Date(Date.parse(instant) - 1).toISOString(), timeZone);
}

function keptOf<T extends string>(all: readonly T[], kept: readonly string[] | undefined): readonly T[] {
  return kept === undefined ? all : all.filter((one) => kept.includes(one));
}

/** The controls as a limit leaves them; without one, as the clause asks. */
export function draftFrom(clause: Clause, limit: ClauseLimit | undefined, timeZone: string): ClauseDraft {
  const since = limit?.window?.since;
  return {
    on: limit?.off !== true,
    fields: keptOf(clause.fields, limit?.fields),
    actions: keptOf(clause.actions, limit?.actions),
    datatypes: keptOf(clause.datatypes, limit?.datatypes),
    rolling: limit?.window?.rolling ?? '',
    since: since === undefined ? '' : dayOf(since, timeZone),
    privilege: limit?.privileges?.[0] ?? clause.privileges[0],
    rowsPerDay: limit?.rows_per_day ?? null,
    perHour: limit?.per_hour ?? null,
    until: limit?.until === undefined ? '' : lastDayOf(limit.until, timeZone),
    othersPrivate: clause.others_private && limit?.no_others_private !== true,
  };
}

/** Parts of a limit that have no control and stay as they were. */
function uncontrolled(before: ClauseLimit | undefined): Partial<ClauseLimit> {
  const { filter, max_items, bytes_per_day } = before ?? {};
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(max_items === undefined ? {} : { max_items }),
    ...(bytes_per_day === undefined ? {} : { bytes_per_day }),
  };
}

function sameInstant(old: string | undefined, day: string, dayOfOld: string, timeZone: string): string {
  // A limit that was not set to the day here keeps its own moment within that day.
  return old !== undefined && day === dayOfOld ? old : instantOf(day, timeZone);
}

function windowOf(draft: ClauseDraft, before: ClauseLimit | undefined, timeZone: string): Partial<ClauseLimit> {
  const old = before?.window;
  const window: NonNullable<ClauseLimit['window']> = {
    ...(old?.until === undefined ? {} : { until: old.until }),
    ...(draft.rolling === '' ? {} : { rolling: draft.rolling }),
    ...(draft.since === ''
      ? {}
      : {
          since: sameInstant(
            old?.since,
            draft.since,
            old?.since === undefined ? '' : dayOf(old.since, timeZone),
            timeZone,
          ),
        }),
  };
  return Object.keys(window).length === 0 ? {} : { window };
}

function untilOf(draft: ClauseDraft, before: ClauseLimit | undefined, timeZone: string): Partial<ClauseLimit> {
  if (draft.until === '') return {};
  const old = before?.until;
  const dayOfOld = old === undefined ? '' : lastDayOf(old, timeZone);
  if (old !== undefined && dayOfOld === draft.until) return { until: old };
  return { until: instantOf(nextDay(draft.until), timeZone) };
}

/** The limit that the controls stand for; null when they take nothing away. */
export function limitFrom(
  clause: Clause,
  draft: ClauseDraft,
  before: ClauseLimit | undefined,
  timeZone: string,
): ClauseLimit | null {
  const fewer = (kept: readonly string[], all: readonly string[]): boolean => kept.length < all.length;
  const parts: Partial<ClauseLimit> = {
    ...uncontrolled(before),
    ...(fewer(draft.fields, clause.fields) ? { fields: [...draft.fields] } : {}),
    ...(fewer(draft.actions, clause.actions) ? { actions: [...draft.actions] } : {}),
    ...(fewer(draft.datatypes, clause.datatypes) ? { datatypes: [...draft.datatypes] } : {}),
    ...windowOf(draft, before, timeZone),
    ...(draft.privilege === clause.privileges[0] ? {} : { privileges: [draft.privilege] }),
    ...(draft.rowsPerDay === null ? {} : { rows_per_day: draft.rowsPerDay }),
    ...(draft.perHour === null ? {} : { per_hour: draft.perHour }),
    ...untilOf(draft, before, timeZone),
    ...(clause.others_private && !draft.othersPrivate ? { no_others_private: true } : {}),
  };
  if (draft.on && Object.keys(parts).length === 0) return null;
  return { clause_id: clause.clause_id, off: !draft.on, ...parts };
}

export function draftsFrom(clauses: readonly Clause[], limits: Limits, timeZone: string): Drafts {
  return new Map(
    clauses.map((clause) => [
      clause.clause_id,
      draftFrom(
        clause,
        limits.find((limit) => limit.clause_id === clause.clause_id),
        timeZone,
      ),
    ]),
  );
}

/** Limits for all clauses; those of `before` that have no clause here stay. */
export function limitsFrom(clauses: readonly Clause[], drafts: Drafts, before: Limits, timeZone: string): Limits {
  const known = new Set(clauses.map((clause) => clause.clause_id));
  return [
    ...before.filter((limit) => !known.has(limit.clause_id)),
    ...clauses.flatMap((clause) => {
      const old = before.find((limit) => limit.clause_id === clause.clause_id);
      const draft = drafts.get(clause.clause_id) ?? draftFrom(clause, old, timeZone);
      const limit = limitFrom(clause, draft, old, timeZone);
      return limit === null ? [] : [limit];
    }),
  ];
}

/** Whether two sets of limits say the same. */
export function sameLimits(a: Limits, b: Limits): boolean {
  const canonical = (limits: Limits): string =>
    JSON.stringify(
      [...limits]
        .sort((x, y) => (x.clause_id < y.clause_id ? -1 : 1))
        .map((limit) => Object.entries(limit).sort(([x], [y]) => (x < y ? -1 : 1))),
    );
  return canonical(a) === canonical(b);
}
