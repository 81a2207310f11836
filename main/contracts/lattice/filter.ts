import type { Condition, FilterValue } from '../../../protocol/contract/clause.ts';
import { instantMs, instantOf, isInstant } from './times.ts';

/** All that a conjunction says of one field. A set is already cut by the bounds, which are then dropped. */
interface FieldRule {
  readonly among: ReadonlyMap<string, FilterValue> | null;
  readonly gte: Bound | null;
  readonly lte: Bound | null;
}

/** Numbers are ordered among themselves and times among themselves; nothing else is ordered. */
interface Bound {
  readonly kind: 'number' | 'time';
  readonly at: number;
}

const FREE: FieldRule = { among: null, gte: null, lte: null };

/**
 * The conditions of both, in the one canonical form: by field, one set or at most two bounds each.
 * Null: no record can meet them all.
 */
export function meetFilters(a: readonly Condition[], b: readonly Condition[]): Condition[] | null {
  const rules = new Map<string, FieldRule>();
  for (const condition of [...a, ...b]) {
    const rule = ruleOf(condition);
    const both = rule === null ? null : meetRules(rules.get(condition.field) ?? FREE, rule);
    if (both === null) return null;
    rules.set(condition.field, both);
  }
  return [...rules]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([field, rule]) => conditionsOf(field, rule));
}

/** Null for a bound that nothing can be compared with. */
function ruleOf(condition: Condition): FieldRule | null {
  switch (condition.op) {
    case 'in':
      return { ...FREE, among: new Map(condition.value.map((value) => [keyOf(value), value])) };
    case 'eq':
      return { ...FREE, among: new Map([[keyOf(condition.value), condition.value]]) };
    case 'gte':
    case 'lte': {
      const bound = boundOf(condition.value);
      return bound === null ? null : { ...FREE, [condition.op]: bound };
    }
  }
}

function meetRules(a: FieldRule, b: FieldRule): FieldRule | null {
  const gte = tighter(a.gte, b.gte, Math.max);
  const lte = tighter(a.lte, b.lte, Math.min);
  if (gte === 'nothing' || lte === 'nothing') return null;
  if (gte !== null && lte !== null && (gte.kind !== lte.kind || gte.at > lte.at)) return null;
  const among = common(a.among, b.among);
  if (among === null) return { among, gte, lte };
  const left = new Map([...among].filter(([, value]) => isWithin(value, gte, lte)));
  return left.size === 0 ? null : { ...FREE, among: left };
}

function tighter(
  a: Bound | null,
  b: Bound | null,
  pick: (one: number, other: number) => number,
): Bound | null | 'nothing' {
  if (a === null || b === null) return a ?? b;
  return a.kind === b.kind ? { kind: a.kind, at: pick(a.at, b.at) } : 'nothing';
}

function common(a: FieldRule['among'], b: FieldRule['among']): FieldRule['among'] {
  if (a === null || b === null) return a ?? b;
  return new Map([...a].filter(([key]) => b.has(key)));
}

function isWithin(value: FilterValue, gte: Bound | null, lte: Bound | null): boolean {
  if (gte === null && lte === null) return true;
  const own = boundOf(value);
  if (own === null) return false;
  const isAbove = gte === null || (gte.kind === own.kind && own.at >= gte.at);
  return isAbove && (lte === null || (lte.kind === own.kind && own.at <= lte.at));
}

function boundOf(value: FilterValue): Bound | null {
  if (typeof value === 'number') return { kind: 'number', at: value };
  return typeof value === 'string' && isInstant(value) ? { kind: 'time', at: instantMs(value) } : null;
}

function keyOf(value: FilterValue): string {
  return `${typeof value} ${value}`;
}

function conditionsOf(field: string, rule: FieldRule): Condition[] {
  if (rule.among !== null) {
    const values = [...rule.among].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
    const [only] = values;
    return values.length === 1 && only !== undefined
      ? [{ field, op: 'eq', value: only }]
      : [{ field, op: 'in', value: values }];
  }
  return (['gte', 'lte'] as const).flatMap((op) => {
    const bound = rule[op];
    return bound === null ? [] : [{ field, op, value: bound.kind === 'time' ? instantOf(bound.at) : bound.at }];
  });
}
