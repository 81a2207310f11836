import type { Clause, Condition, FilterValue } from '../../../protocol/contract/clause.ts';
import { normal } from '../lattice/meet.ts';
import { isInstant } from '../lattice/times.ts';
import type { FieldShape, FieldTable, FieldTables } from './field-tables.ts';

/** Actions that hand out single records. */
const RECORD_ACTIONS = new Set<string>(['read', 'subscribe']);

/**
 * What is wrong with a clause beyond its shape, in a few words; null: nothing. A clause is refused, never trimmed, where
 * it names what a datatype lacks: what the owner reads must be what the service gets.
 */
export function clauseProblem(clause: Clause, tables: FieldTables): string | null {
  for (const datatype of clause.datatypes) {
    const table = tables(datatype);
    if (table === null) return `no datatype ${datatype}`;
    const problem = fieldsProblem(clause, datatype, table);
    if (problem !== null) return problem;
  }
  const [privilege] = clause.privileges;
  const single = clause.actions.find((action) => RECORD_ACTIONS.has(action));
  if (privilege === 'aggregate' && single !== undefined) return `${single} hands out records, aggregate does not`;
  return normal(clause) === null ? 'it contradicts itself and would release nothing' : null;
}

function fieldsProblem(clause: Clause, datatype: string, table: FieldTable): string | null {
  const [privilege] = clause.privileges;
  for (const name of clause.fields) {
    const field = table.get(name);
    if (field === undefined) return `${datatype} has no field ${name}`;
    if (privilege !== 'raw' && isWithheld(field)) return `${name} is never released as ${privilege}`;
  }
  return (
    clause.filter.map((condition) => conditionProblem(condition, datatype, table)).find((it) => it !== null) ?? null
  );
}

/** Links and media name people as surely as an identifier does. */
export function isWithheld(field: FieldShape): boolean {
  return field.class === 'link' || field.class === 'media';
}

/** What is wrong with a condition on records of this datatype; null: nothing. */
export function conditionProblem(condition: Condition, datatype: string, table: FieldTable): string | null {
  const field = table.get(condition.field);
  if (field === undefined) return `${datatype} has no field ${condition.field}`;
  if (!field.indexed) return `${datatype} cannot be filtered by ${condition.field}`;
  const isOrdered = field.type === 'number' || field.type === 'time';
  if ((condition.op === 'gte' || condition.op === 'lte') && !isOrdered) return `${condition.field} has no order`;
  const values: readonly FilterValue[] = condition.op === 'in' ? condition.value : [condition.value];
  return values.every((value) => fits(value, field)) ? null : `${condition.field} is not compared with such a value`;
}

function fits(value: FilterValue, { type }: FieldShape): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'time':
      return typeof value === 'string' && isInstant(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
  }
}
