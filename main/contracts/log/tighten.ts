import { ACTIONS, type Action, type Clause } from '../../../protocol/contract/clause.ts';
import type { ClauseLimit, Limits } from '../../../protocol/contract/offer.ts';
import type { KeptGrant, KeptUse } from '../../store/index.ts';
import { instantOf } from '../lattice/times.ts';

const DAY_MS = 86_400_000;

/** What was really read by each clause: fields, the oldest record, and how many. */
export interface ClauseUse {
  readonly clauseId: string;
  readonly fields: string[];
  readonly datatypes: string[];
  readonly actions: Action[];
  readonly oldest: number | null;
  readonly rows: number;
}

export function usedBy(clauses: readonly Clause[], uses: readonly KeptUse[]): ClauseUse[] {
  return clauses.map((clause) => {
    const own = uses.filter((use) => use.clause === clause.clause_id);
    const named = new Set(own.flatMap(({ fields }) => fields));
    const datatypes = new Set<string | null>(own.map(({ datatype }) => datatype));
    const actions = new Set(own.map(({ action }) => actionOf(action)));
    const oldest = own.flatMap((use) => (use.oldest === null ? [] : [use.oldest]));
    return {
      clauseId: clause.clause_id,
      fields: clause.fields.filter((field) => named.has(field)),
      datatypes: clause.datatypes.filter((datatype) => datatypes.has(datatype)),
      actions: clause.actions.filter((action) => actions.has(action)),
      oldest: oldest.length === 0 ? null : Math.min(...oldest),
      rows: own.reduce((sum, { rows }) => sum + rows, 0),
    };
  });
}

/** Everything that lists or counts in some way is a query. */
function actionOf(action: string): Action {
  return ACTIONS.find((known) => known === action) ?? 'query';
}

/**
 * Limits that would leave a contract just what it used, besides those that it has; null where it uses all of it, or nothing
 * at all: what was never used is better withdrawn than guessed at.
 */
export function tightened(
  { clauses, limits }: Pick<KeptGrant, 'clauses' | 'limits'>,
  used: readonly ClauseUse[],
): Limits | null {
  if (used.every(({ actions }) => actions.length === 0)) return null;
  let isTighter = false;
  const next = clauses.map((clause): ClauseLimit | null => {
    const before = limits.find(({ clause_id }) => clause_id === clause.clause_id);
    const use = used.find(({ clauseId }) => clauseId === clause.clause_id);
    if (use === undefined || use.actions.length === 0) {
      isTighter = true;
      return { clause_id: clause.clause_id, off: true };
    }
    const fewer = narrower(clause, use);
    if (fewer === null) return before ?? null;
    isTighter = true;
    return { clause_id: clause.clause_id, off: false, ...before, ...fewer };
  });
  const others = limits.filter(({ clause_id }) => !clauses.some((clause) => clause.clause_id === clause_id));
  return isTighter ? [...others, ...next.filter((limit) => limit !== null)] : null;
}

function narrower(clause: Clause, use: ClauseUse): Partial<ClauseLimit> | null {
  const since = use.oldest === null ? null : instantOf(Math.floor(use.oldest / DAY_MS) * DAY_MS);
  const limit: Partial<ClauseLimit> = {
    ...(use.fields.length > 0 && use.fields.length < clause.fields.length ? { fields: use.fields } : {}),
    ...(use.datatypes.length > 0 && use.datatypes.length < clause.datatypes.length ? { datatypes: use.datatypes } : {}),
    ...(use.actions.length < clause.actions.length ? { actions: use.actions } : {}),
    ...(since !== null && clause.window.since === undefined && clause.window.rolling === undefined
      ? { window: { ...clause.window, since } }
      : {}),
  };
  return Object.keys(limit).length === 0 ? null : limit;
}
