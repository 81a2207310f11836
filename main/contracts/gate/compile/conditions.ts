import type { Condition, FilterValue } from '../../../../protocol/contract/clause.ts';
import type { PlanCondition } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype, Field } from '../../../../protocol/datatypes.ts';
import { Conditions } from '../../../../protocol/service/records.ts';
import { instantMs, isInstant } from '../../lattice/times.ts';
import { fieldsOfDatatype, isReplaced, isTime, type Granted, type Held } from './held.ts';
import { isRefusal, notGranted, refusal, type Refusal } from './refusal.ts';

/** No `uriKey` is negative: what a pseudonym that nobody made stands for. */
const NOBODY = -1;

/** The clause's own conditions, which may be over fields that it doesn't release. */
export function clauseConditions({ clause, datatypes }: Held, datatype: AnyDatatype): PlanCondition[] | Refusal {
  const fields = fieldsOfDatatype(datatype, datatypes) ?? {};
  const planned: PlanCondition[] = [];
  for (const condition of clause.filter) {
    const field = fields[condition.field];
    // What can't be applied is never left out: nothing is released under such a clause.
    if (field?.indexed !== true) return refusal('filter_invalid', `${clause.clause_id}: its own filter`);
    const one = comparable(condition, (value) => value, field);
    if (one === null) return refusal('filter_invalid', `${clause.clause_id}: its own filter`);
    planned.push(one);
  }
  return planned;
}

/** The conditions of a request, given as the text of a JSON array. */
export function askedConditions(held: Held, granted: Granted, text: string | undefined): PlanCondition[] | Refusal {
  if (text === undefined) return [];
  const conditions = parsedConditions(text);
  if (conditions === null) return refusal('filter_invalid', 'a JSON array of conditions is expected');
  const planned: PlanCondition[] = [];
  for (const condition of conditions) {
    const field = keyField(held, granted, condition.field);
    if (isRefusal(field)) return field;
    const replaced = isReplaced(held.clause, field);
    if (replaced && (condition.op === 'gte' || condition.op === 'lte')) {
      return refusal('filter_invalid', condition.field);
    }
    const own = (value: FilterValue): FilterValue =>
      replaced ? (keyOfPseudonym(held, condition.field, value) ?? NOBODY) : value;
    const one = comparable(condition, own, field, replaced);
    if (one === null) return refusal('filter_invalid', condition.field);
    planned.push(one);
  }
  return planned;
}

/** A field that a request filters, sorts or groups by: granted and indexed. */
export function keyField({ clause }: Held, granted: Granted, name: string): Field | Refusal {
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

function keyOfPseudonym({ names }: Held, field: string, value: FilterValue): number | null {
  return typeof value === 'string' ? names.pseudonymKey(field === 'handle' ? 'handle' : 'address', value) : null;
}

/** A condition with times as milliseconds; null where its value can't be compared in that way. */
function comparable(
  condition: Condition,
  own: (value: FilterValue) => FilterValue,
  field: Field,
  isKey = false,
): PlanCondition | null {
  const { field: name } = condition;
  const planned = (value: FilterValue): FilterValue | null => {
    if (isTime(name)) return typeof value === 'string' && isInstant(value) ? instantMs(value) : null;
    const mine = own(value);
    return field.class === 'identifier' && typeof mine !== 'string' && !isKey ? null : mine;
  };
  if (condition.op === 'in') {
    const values = condition.value.map(planned).filter((value) => value !== null);
    return values.length === condition.value.length ? { field: name, op: 'in', value: values } : null;
  }
  const value = planned(condition.value);
  if (value === null) return null;
  // Only numbers and times have an order.
  if (condition.op !== 'eq' && typeof value !== 'number') return null;
  return { field: name, op: condition.op, value };
}
