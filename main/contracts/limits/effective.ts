import { Action, ACTIONS, type Clause } from '../../../protocol/contract/clause.ts';
import type { ClauseLimit, Limits, OwnerPolicy } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { meet } from '../lattice/meet.ts';
import { durationMs, instantOf } from '../lattice/times.ts';
import { conditionProblem, isWithheld } from '../offers/clause-rules.ts';
import { fieldTables, type FieldTables } from '../offers/field-tables.ts';
import { isPurposeWithin } from '../words/purposes.ts';

/** What the owner's switch to `aggregate` means: counts by day, of five records at least. */
const COUNTS_ONLY = { bucket: 'P1D', min_group: 5 } as const;

/**
 * The clauses in force: `offer ⊓ limits ⊓ policy`, in the offer's order; a clause of which nothing is left is left out.
 *
 * @param since when the owner said yes, UTC milliseconds: the policy's longest term counts from there, so that working a
 * grant out again never makes it longer
 */
export function effective(
  offered: readonly Clause[],
  limits: Limits,
  policy: OwnerPolicy,
  since: number,
  tables: FieldTables = fieldTables(),
): Clause[] {
  return offered.flatMap((clause) => {
    const rules = limits.filter(({ clause_id }) => clause_id === clause.clause_id);
    const narrowings = [...rules.map((rule) => limitClause(clause, rule)), policyClause(clause, policy, since)];
    const left = narrowings.reduce<Clause | null>(
      (met, narrowing) => (met === null || narrowing === null ? null : meet(met, narrowing)),
      meet(clause, clause),
    );
    return left === null ? [] : (settled(left, clause, tables) ?? []);
  });
}

/** The clause that a limit leaves at most; null: nothing. */
function limitClause(clause: Clause, limit: ClauseLimit): Clause | null {
  if (limit.off) return null;
  const isCounts = limit.privileges?.[0] === 'aggregate';
  return {
    ...clause,
    actions: limit.actions === undefined ? clause.actions : ACTIONS.filter((action) => limit.actions?.includes(action)),
    datatypes: clause.datatypes.filter((datatype) => limit.datatypes?.includes(datatype) ?? true),
    fields: limit.fields ?? clause.fields,
    filter: limit.filter ?? [],
    window: limit.window ?? {},
    privileges: limit.privileges ?? clause.privileges,
    granularity: {
      ...(isCounts ? COUNTS_ONLY : {}),
      ...(limit.max_items === undefined ? {} : { max_items: limit.max_items }),
    },
    rate: {
      ...(limit.per_hour === undefined ? {} : { per_hour: limit.per_hour }),
      ...(limit.rows_per_day === undefined ? {} : { rows_per_day: limit.rows_per_day }),
      ...(limit.bytes_per_day === undefined ? {} : { bytes_per_day: limit.bytes_per_day }),
    },
    validity: { renewal: 'ask', ...(limit.until === undefined ? {} : { until: limit.until }) },
    others_private: limit.no_others_private !== true,
  };
}

/** What the owner's standing rules leave of a clause at most. */
function policyClause(clause: Clause, policy: OwnerPolicy, since: number): Clause {
  const never = new Set(policy.never);
  const isPseudonymous = clause.purpose.some((purpose) =>
    policy.pseudonymousFor.some((ruled) => isPurposeWithin(purpose, ruled)),
  );
  return {
    ...clause,
    datatypes: clause.datatypes.filter((datatype) => !never.has(datatype)),
    window: policy.rolling === null ? {} : { rolling: policy.rolling },
    privileges: isPseudonymous ? ['pseudonymous'] : ['raw'],
    validity: {
      renewal: 'ask',
      ...(policy.longest === null ? {} : { until: instantOf(since + durationMs(policy.longest)) }),
    },
    others_private: !policy.neverOthersPrivate,
  };
}

/**
 * Leaves out what a lower privilege never releases, so that a grant says no more than is given: links and media below
 * `raw`; single records under `aggregate`. A field is left out where it is withheld in any datatype of the offered clause,
 * not only in those that are left: a limit that takes away a datatype must not give a field.
 */
function settled(clause: Clause, offered: Clause, tables: FieldTables): Clause | null {
  const [privilege] = clause.privileges;
  if (privilege === 'raw') return clause;
  const fields = clause.fields.filter((name) =>
    offered.datatypes.every((datatype) => {
      const field = tables(datatype)?.get(name);
      return field !== undefined && !isWithheld(field);
    }),
  );
  const actions =
    privilege === 'aggregate'
      ? clause.actions.filter((action) => action !== 'read' && action !== 'subscribe')
      : clause.actions;
  return fields.length === 0 || actions.length === 0 ? null : { ...clause, fields, actions };
}

/**
 * Checks the owner's limits against the clauses they are for: a limit that names something else would be taken for one
 * that holds.
 *
 * @throws LockerError `limits_invalid`
 */
export function checkLimits(offered: readonly Clause[], limits: Limits, tables: FieldTables = fieldTables()): void {
  const seen = new Set<string>();
  for (const limit of limits) {
    const clause = offered.find(({ clause_id }) => clause_id === limit.clause_id);
    const problem = clause === undefined ? 'no such clause' : limitProblem(clause, limit, tables);
    if (problem !== null) throw invalid(`${limit.clause_id}: ${problem}`);
    if (seen.has(limit.clause_id)) throw invalid(`${limit.clause_id}: limited twice`);
    seen.add(limit.clause_id);
  }
}

function limitProblem(clause: Clause, limit: ClauseLimit, tables: FieldTables): string | null {
  const alien = [
    ...(limit.fields ?? []).filter((name) => !clause.fields.includes(name)),
    ...(limit.actions ?? []).filter(
      (name) => !Action.safeParse(name).success || !clause.actions.some((it) => it === name),
    ),
    ...(limit.datatypes ?? []).filter((name) => !clause.datatypes.some((it) => it === name)),
  ];
  if (alien.length > 0) return `it does not ask for ${alien.join(', ')}`;
  for (const datatype of limit.datatypes ?? clause.datatypes) {
    const table = tables(datatype);
    if (table === null) return `no datatype ${datatype}`;
    for (const condition of limit.filter ?? []) {
      const problem = conditionProblem(condition, datatype, table);
      if (problem !== null) return problem;
    }
  }
  return null;
}

function invalid(detail: string): LockerError {
  return new LockerError('limits_invalid', { detail });
}
