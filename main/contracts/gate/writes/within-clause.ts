import type { Condition, FilterValue } from '../../../../protocol/contract/clause.ts';
import type { RowScope } from '../../../../protocol/contract/plan.ts';
import type { Json, JsonObject } from '../../../../protocol/json.ts';
import { instantMs } from '../../lattice/times.ts';
import type { FieldTable } from '../../offers/field-tables.ts';
import type { Clause } from '../../../../protocol/contract/clause.ts';

/**
 * What of a clause a record that is to be written lies outside of; null: it is within. A service writes nothing that its
 * clause would not let it see again, but for who may see it.
 */
export function outsideOf(
  clause: Pick<Clause, 'filter'>,
  { since, until }: Pick<RowScope, 'since' | 'until'>,
  table: FieldTable,
  fields: JsonObject,
): 'filter' | 'window' | null {
  const { published } = fields;
  const at = typeof published === 'string' ? instantMs(published) : null;
  if (since !== null && (at === null || at < since)) return 'window';
  if (until !== null && (at === null || at >= until)) return 'window';
  const meets = clause.filter.every((condition) => {
    const isTime = table.get(condition.field)?.type === 'time';
    return holds(condition, fields[condition.field], isTime ? msOf : (value) => value);
  });
  return meets ? null : 'filter';
}

function holds(condition: Condition, value: Json | undefined, own: (value: FilterValue) => FilterValue): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  const mine = own(value);
  if (condition.op === 'in') return condition.value.some((one) => own(one) === mine);
  const wanted = own(condition.value);
  if (condition.op === 'eq') return mine === wanted;
  if (typeof mine !== 'number' || typeof wanted !== 'number') return false;
  return condition.op === 'gte' ? mine >= wanted : mine <= wanted;
}

function msOf(value: FilterValue): FilterValue {
  return typeof value === 'string' ? instantMs(value) : value;
}
