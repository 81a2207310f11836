import type { Condition, FilterValue } from '../../../../protocol/contract/clause.ts';
import type { PlanCondition } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import { Conditions } from '../../../../protocol/service/records.ts';
import { instantMs } from '../../lattice/times.ts';
import { conditionProblem } from '../../offers/clause-rules.ts';
import type { FieldShape, FieldTable } from '../../offers/field-tables.ts';
import { isReplaced, type Granted, type Held } from './held.ts';
import { isRefusal, notGranted, refusal, type Refusal } from './refusal.ts';

/** No `uriKey` is negative: what a pseudonym that nobody made stands for. */
const NOBODY = -1;
const NO_FIELDS: FieldTable = new Map();

/**
 * The clause's own conditions, which may be over fields that it doesn't release. What can't be applied is never left out:
 * nothing is released under such a clause.
 */
export function clauseConditions({ clause, tables }: Held, datatype: AnyDatatype): PlanCondition[] | Refusal {
  const table = tables(datatype) ?? NO_FIELDS;
  const wrong = clause.filter.some((condition) => conditionProblem(condition, datatype, table) !== null);
  if (wrong) return refusal('filter_invalid', `${clause.clause_id}: its own filter`);
  return clause.filter.map((condition) => {
    const isTime = table.get(condition.field)?.type === 'time';
    return withValues(condition, isTime ? msOf : (value) => value);
  });
}

/** The conditions of a request, given as the text of a JSON array. */
export function askedConditions(
  held: Held,
  granted: Granted,
  datatype: AnyDatatype,
  text: string | undefined,
): PlanCondition[] | Refusal {
  if (text === undefined) return [];
  const conditions = parsedConditions(text);
  if (conditions === null) return refusal('filter_invalid', 'a JSON array of conditions is expected');
  const planned: PlanCondition[] = [];
  for (const condition of conditions) {
    const { field: name } = condition;
    const field = keyField(held, granted, name);
    if (isRefusal(field)) return field;
    const problem = conditionProblem(condition, datatype, granted);
    if (problem !== null) return refusal('filter_invalid', problem);
    if (isReplaced(held.clause, field)) planned.push(withValues(condition, (value) => keyOf(held, name, value)));
    else planned.push(withValues(condition, field.type === 'time' ? msOf : (value) => value));
  }
  return planned;
}

/** A field that a request filters, sorts or groups by: granted and indexed. */
export function keyField({ clause }: Held, granted: Granted, name: string): FieldShape | Refusal {
  const field = granted.get(name);
  if (field === undefined) return notGranted('field_not_granted', clause.clause_id, name);
  return field.indexed ? field : refusal('filter_invalid', `${name} is not indexed`);
}

function parsedConditions(text: string): Condition[] | null {
  try {
    const parsed = Conditions.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Of a value that `conditionProblem` let pass for a time, so a text. */
function msOf(value: FilterValue): FilterValue {
  return instantMs(String(value));
}

function keyOf({ names }: Held, field: string, value: FilterValue): number {
  return names.pseudonymKey(pseudonymKind(field), String(value)) ?? NOBODY;
}

/** A handle names the same account as an address does, but by another text. */
export function pseudonymKind(field: string): 'handle' | 'address' {
  return field === 'handle' ? 'handle' : 'address';
}

function withValues(condition: Condition, own: (value: FilterValue) => FilterValue): PlanCondition {
  return condition.op === 'in'
    ? { ...condition, value: condition.value.map(own) }
    : { ...condition, value: own(condition.value) };
}
