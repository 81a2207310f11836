import { bucketStart } from '../../protocol/contract/buckets.ts';
import type { FilterValue } from '../../protocol/contract/clause.ts';
import type { Plan, PlanAnswer, PlanCondition, RowScope } from '../../protocol/contract/plan.ts';
import { DATATYPES, isDatatype } from '../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { fieldsOf, keyOfKeyUri, readHtml, uriKey, visibilityOf, wordsOf } from '../../main/derive/index.ts';
import { prepareRecord } from '../../main/records/index.ts';

/** What a plan gives, worked out from the records by the contract's words alone, slowly. */
export function expectedAnswer(records: readonly IntakeRecord[], plan: Plan): PlanAnswer {
  const seen = records.map(modelOf).filter((one) => inScope(one, plan.scope));
  switch (plan.kind) {
    case 'count':
      return { kind: 'count', count: seen.filter((one) => plan.words === null || hasWords(one, plan.words)).length };
    case 'one':
    case 'check': {
      const keys = plan.kind === 'one' ? [plan.key] : plan.keys;
      const rows = keys.flatMap((key) => seen.filter((one) => one.ref === key.ref && one.identity === key.identity));
      return { kind: 'rows', rows: rows.map((one) => rowOf(one, plan.fields, null)), more: false };
    }
    case 'list': {
      const { order, after, limit } = plan;
      const sign = order?.direction === 'desc' ? -1 : 1;
      const placed = seen
        .filter((one) => plan.words === null || hasWords(one, plan.words))
        .map((one) => ({ one, at: order === null ? null : orderValue(one, order.field) }));
      const compare = (a: Place, b: Place): number => sign * comparePlaces(a, b);
      placed.sort((a, b) => compare(place(a.one, a.at), place(b.one, b.at)));
      const rest =
        after === null
          ? placed
          : placed.filter(({ one, at }) => compare(place(one, at), { at: after.value, ...after.key }) > 0);
      return {
        kind: 'rows',
        rows: rest.slice(0, limit).map(({ one, at }) => rowOf(one, plan.fields, at)),
        more: rest.length > limit,
      };
    }
    case 'aggregate': {
      const groups = new Map<string, { bucket: number; by: Json; count: number }>();
      for (const { record, fields } of seen) {
        if (record.published === null) continue;
        const bucket = bucketStart(plan.bucket, record.published);
        const by = plan.by === null ? null : (fields[plan.by] ?? null);
        const name = JSON.stringify([bucket, by]);
        const group = groups.get(name) ?? { bucket, by, count: 0 };
        groups.set(name, { ...group, count: group.count + 1 });
      }
      const kept = [...groups.values()]
        .filter(({ count }) => count >= plan.minGroup)
        .sort((a, b) => b.bucket - a.bucket);
      return { kind: 'groups', groups: kept, more: false };
    }
    case 'changed':
      throw new Error('not modelled');
  }
}

interface Model {
  readonly record: IntakeRecord;
  readonly fields: JsonObject;
  readonly ref: number;
  readonly identity: number;
}

function modelOf(record: IntakeRecord): Model {
  const { ref, identity } = prepareRecord(record);
  return { record, ref, identity, fields: fieldsOf(record) };
}

function rowOf({ ref, identity, fields }: Model, names: readonly string[], at: string | number | null): Row {
  const values = Object.fromEntries(
    names.flatMap((name): [string, Json][] => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  );
  return { key: { ref, identity }, seq: 0, at, values };
}
type Row = Extract<PlanAnswer, { kind: 'rows' }>['rows'][number];

function inScope({ record, fields }: Model, scope: RowScope): boolean {
  if (record.datatype !== scope.datatype) return false;
  const time = record.published;
  if ((scope.since !== null || scope.until !== null) && time === null) return false;
  if (scope.since !== null && (time ?? 0) < scope.since) return false;
  if (scope.until !== null && (time ?? 0) >= scope.until) return false;
  if (scope.appendedBy !== null && record.source !== scope.appendedBy) return false;
  if (!scope.othersPrivate && !record.mine && !isOpen(record)) return false;
  return scope.conditions.every((condition) => holds(condition, record, fields[condition.field]));
}

function isOpen({ datatype, body }: IntakeRecord): boolean {
  if (datatype === 'social.message') return false;
  if (!isDatatype(datatype) || ['social.profile', 'social.person', 'label'].includes(datatype)) return true;
  return ['public', 'unlisted'].includes(visibilityOf(body));
}

function holds({ field, op, value }: PlanCondition, record: IntakeRecord, actual: Json | undefined): boolean {
  if (actual === undefined) return false;
  const isTime = field === 'published';
  const left: Json = isTime ? Date.parse(textOf(actual)) : actual;
  if (op === 'gte' || op === 'lte') {
    if (typeof value !== 'number' || typeof left !== 'number') return false;
    return op === 'gte' ? left >= value : left <= value;
  }
  const isKey = isIdentifier(record, field);
  return (Array.isArray(value) ? value : [value]).some((one: FilterValue) =>
    isKey && typeof one === 'number' ? keyOf(textOf(left)) === one : left === one,
  );
}

function isIdentifier({ datatype }: IntakeRecord, field: string): boolean {
  if (!isDatatype(datatype)) return false;
  const fields: Readonly<Record<string, { class: string }>> = DATATYPES[datatype];
  return fields[field]?.class === 'identifier';
}

function keyOf(uri: string): number {
  return keyOfKeyUri(uri) ?? uriKey(uri);
}

interface Place {
  readonly at: string | number | null;
  readonly ref: number;
  readonly identity: number;
}

function place({ ref, identity }: Model, at: string | number | null): Place {
  return { at, ref, identity };
}

const VISIBILITIES = ['public', 'unlisted', 'followers', 'direct', 'unknown'];

function orderValue({ record, fields }: Model, field: string): string | number | null {
  const value = fields[field];
  if (value === undefined) return null;
  if (field === 'published') return record.published;
  if (field === 'visibility') return VISIBILITIES.indexOf(textOf(value));
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isIdentifier(record, field)) return keyOf(textOf(value));
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function comparePlaces(a: Place, b: Place): number {
  return compareValues(a.at, b.at) || a.ref - b.ref || a.identity - b.identity;
}

/** As SQLite: nothing, numbers, texts. */
function compareValues(a: string | number | null, b: string | number | null): number {
  const rank = (value: string | number | null): number => (value === null ? 0 : typeof value === 'number' ? 1 : 2);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return rank(a) - rank(b);
}

function hasWords({ fields }: Model, words: { text: string; fields: readonly string[] }): boolean {
  const texts = words.fields.flatMap((name) => textsIn(fields[name], name === 'content'));
  return wordsOf(words.text).every((word) => texts.some((text) => wordsOf(text).includes(word)));
}

function textsIn(value: Json | undefined, isHtml: boolean): string[] {
  if (typeof value === 'string') return [isHtml ? readHtml(value).text : value];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap((item) => textsIn(item, false))
    : [];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
