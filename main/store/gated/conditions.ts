import type { FilterValue } from '../../../protocol/contract/clause.ts';
import { Instant } from '../../../protocol/contract/clause.ts';
import type { PlanCondition } from '../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import { Visibility } from '../../../protocol/record.ts';
import { keyOfKeyUri, uriKey } from '../../derive/index.ts';
import { NO_TIME } from '../records/record-tables.ts';
import { AS_NOW, type FieldColumn, type Rows } from './field-columns.ts';
import { fragment, type Fragment } from './fragment.ts';

const NEVER = fragment`false`;

/** What a record must fulfil; a value of another form than the field's is no record's. */
export function conditionOf(datatype: AnyDatatype, { field, op, value }: PlanCondition, rows: Rows = AS_NOW): Fragment {
  const column = rows.column(datatype, field);
  if (op === 'gte' || op === 'lte') return bound(column, rows, { field, op, value });
  const wanted = (Array.isArray(value) ? value : [value]).flatMap((one) => comparable(column.kind, one));
  if (wanted.length === 0) return NEVER;
  // By its text, so that true is not 1, and a list is equal to nothing.
  const left = column.kind === 'body' ? fragment`locker_json(${field}, ${rows.record})` : column.value;
  if (field === 'source' && column.kind === 'key' && !rows.isPast)
    return fragment`r.source in (select id from source where locker_key(uri) in (select value from json_each(${JSON.stringify(wanted)})))`;
  const [only] = wanted;
  if (wanted.length === 1 && only !== undefined) return fragment`${left} = ${only}`;
  return fragment`${left} in (select value from json_each(${JSON.stringify(wanted)}))`;
}

/** A condition's value as the column has it. */
function comparable(kind: FieldColumn['kind'], value: FilterValue): (string | number)[] {
  switch (kind) {
    case 'key':
      return keysOf(value).filter((key) => key > 0);
    case 'time':
      return typeof value === 'number' && value > NO_TIME ? [value] : [];
    case 'flag':
      return typeof value === 'boolean' ? [value ? 1 : 0] : [];
    case 'visibility': {
      const parsed = Visibility.safeParse(value);
      return parsed.success ? [Visibility.options.indexOf(parsed.data)] : [];
    }
    case 'text':
      return typeof value === 'string' ? [value] : [];
    case 'body':
      return [JSON.stringify(value)];
  }
}

/** Keys that an identifier field must have one of; null: it need not. */
export function keysWanted(conditions: readonly PlanCondition[], field: string): number[] | null {
  const found = conditions.find(
    (condition) => condition.field === field && (condition.op === 'eq' || condition.op === 'in'),
  );
  if (found === undefined) return null;
  const { value } = found;
  return (Array.isArray(value) ? value : [value]).flatMap(keysOf).filter((key) => key > 0);
}

/** The key of an identifier: of its text, or itself. A record without an address is named by its key alone. */
function keysOf(value: FilterValue): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string') return [];
  const named = keyOfKeyUri(value);
  return named === null ? [uriKey(value)] : [uriKey(value), named];
}

/** Numbers and times alone are more or less than others. */
function bound(
  { kind, value: left }: FieldColumn,
  { record }: Rows,
  { field, op, value }: { field: string; op: 'gte' | 'lte'; value: FilterValue },
): Fragment {
  if (kind === 'time') {
    if (typeof value !== 'number') return NEVER;
    return op === 'gte'
      ? fragment`${left} >= ${Math.max(value, NO_TIME + 1)}`
      : fragment`${left} <= ${value} and ${left} > ${NO_TIME}`;
  }
  if (kind !== 'body') return NEVER;
  if (typeof value === 'number') return compared(fragment`locker_number(${field}, ${record})`, op, value);
  if (!Instant.safeParse(value).success || typeof value !== 'string') return NEVER;
  return compared(fragment`locker_time(${field}, ${record})`, op, Date.parse(value));
}

function compared(left: Fragment, op: 'gte' | 'lte', value: number): Fragment {
  return op === 'gte' ? fragment`${left} >= ${value}` : fragment`${left} <= ${value}`;
}
