import type { ListPlan, PlanAnswer, PlanRow } from '../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import { AnyDatatype as KnownDatatype } from '../../../protocol/datatypes.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { RecordList, type RecordCount, type ServiceRecord } from '../../../protocol/service/records.ts';
import { parsed } from '../../derive/index.ts';
import type { Listed, ListedRow } from '../../store/index.ts';
import type { Aggregate } from '../../../protocol/service/records.ts';
import type { z } from 'zod';
import { instantMs, instantOf } from '../lattice/times.ts';
import type { ServiceAccess } from '../service-access.ts';
import type { Answering, UnderClause, Work } from './answering.ts';
import { compileAggregate } from './compile/aggregate.ts';
import { compileCount, compileList, compileOne, noRecord } from './compile/compile.ts';
import { isRefusal, notGranted, type Refusal } from './compile/refusal.ts';
import type { GateOptions } from './gate-options.ts';
import { releaseOf } from './release.ts';

const DAY = 86_400_000;

type Reads = Pick<ServiceAccess, 'list' | 'one' | 'count' | 'aggregate'>;

/** The ways to read records: each is one clause, one plan, one statement. */
export function createReads(
  { reader, store }: Pick<GateOptions, 'reader' | 'store'>,
  { underClause }: Pick<Answering, 'underClause'>,
): Reads {
  return {
    list: (caller, named, query) =>
      underClause({ caller, action: 'query', clause: query.clause, datatype: named }, async (given) => {
        const datatype = datatypeOf(given, named);
        if (isRefusal(datatype)) return datatype;
        const compiled = compileList(given.held, datatype.name, query, given.now);
        if (isRefusal(compiled)) return compiled;
        const { plan, fields, markerFor } = compiled;
        const bounded = { ...plan, limit: Math.min(plan.limit, given.rowsLeft) };
        const { record, isAsRead } = releaseOf(given.held, datatype.name, fields);
        if (isAsRead) return pageOf(given, compiled, await reader.list(bounded, asked(caller)));
        const answer = rowsOf(await reader.read(bounded, asked(caller)));
        const last = answer.rows.at(-1);
        const next =
          answer.more && last !== undefined
            ? given.held.names.seal(markerFor, [last.at, last.key.ref, last.key.identity])
            : null;
        const items = answer.rows.map(record);
        return handOut<RecordList>({ items, next }, items, fields);
      }),
    one: (caller, named, id, query) =>
      underClause({ caller, action: 'read', clause: query.clause, datatype: named }, async (given) => {
        const datatype = datatypeOf(given, named);
        if (isRefusal(datatype)) return datatype;
        const compiled = compileOne(given.held, datatype.name, id, query, given.now);
        if (isRefusal(compiled)) return compiled;
        const [row] = rowsOf(await reader.read(compiled.plan, asked(caller))).rows;
        if (row === undefined) return noRecord();
        const record = releaseOf(given.held, datatype.name, compiled.fields).record(row);
        return handOut<ServiceRecord>(record, [record], compiled.fields);
      }),
    count: (caller, named, query) =>
      underClause({ caller, action: 'query', clause: query.clause, datatype: named }, async (given) => {
        const datatype = datatypeOf(given, named);
        if (isRefusal(datatype)) return datatype;
        const compiled = compileCount(given.held, datatype.name, query, given.now);
        if (isRefusal(compiled)) return compiled;
        const answer = await reader.read(compiled.plan, asked(caller));
        if (answer.kind !== 'count') throw new LockerError('internal');
        return handOut<z.infer<typeof RecordCount>>({ count: answer.count }, [], []);
      }),
    aggregate: (caller, named, query) =>
      underClause({ caller, action: 'query', clause: query.clause, datatype: named }, async (given) => {
        const datatype = datatypeOf(given, named);
        if (isRefusal(datatype)) return datatype;
        const compiled = compileAggregate(given.held, datatype.name, query, given.now);
        if (isRefusal(compiled)) return compiled;
        const { plan, fields, fixedForTheDay } = compiled;
        const day = Math.floor(given.now / DAY);
        const grant = caller.grantId;
        const atSeq = fixedForTheDay ? await store.write('gate.aggregateDay', { grant, day }) : null;
        const answer = await reader.read({ ...plan, atSeq }, asked(caller));
        if (answer.kind !== 'groups') throw new LockerError('internal');
        const { value } = releaseOf(given.held, datatype.name, fields);
        const groups = answer.groups.map(({ bucket, by, count }) => ({
          start: instantOf(bucket),
          ...(query.by === undefined ? {} : { by: value(query.by, by) ?? null }),
          count,
        }));
        return handOut<z.infer<typeof Aggregate>>({ bucket: plan.bucket, groups }, [], fields);
      }),
  };
}

/** A page of which nothing is replaced: the text of each record's fields leaves as it was made, between names of the contract. */
function pageOf(
  { held }: UnderClause,
  {
    plan,
    fields,
    markerFor,
  }: { readonly plan: ListPlan; readonly fields: readonly string[]; readonly markerFor: string },
  { rows, more }: Listed,
): Work<RecordList> {
  const last = rows.at(-1);
  const next =
    more && last !== undefined ? held.names.seal(markerFor, [last.at, last.key.ref, last.key.identity]) : null;
  const ids = held.names.recordIds(rows.map(({ key }) => key));
  const items = rows.map((row, index) => `{"id":"${ids[index] ?? ''}","fields":${row.fields}}`);
  const json = `{"items":[${items.join(',')}],"next":${JSON.stringify(next)}}`;
  return {
    status: 200,
    json,
    get value() {
      return RecordList.parse(JSON.parse(json));
    },
    rows: rows.length,
    fields,
    oldest: fields.includes('published') ? oldestListed(plan, rows) : null,
  };
}

/** In the order of time, the place is the time. */
function oldestListed({ order }: ListPlan, rows: readonly ListedRow[]): number | null {
  if (order?.field !== 'published') return oldestOf(rows.map((row) => ({ fields: parsed(row.fields) })));
  const times = rows.flatMap(({ at }) => (typeof at === 'number' ? [at] : []));
  return times.length === 0 ? null : Math.min(...times);
}

/** What a service may wait for ends with its request, and takes turns with what others ask. */
export function asked({ grantId, signal }: { grantId: string; signal: AbortSignal }): {
  party: string;
  signal: AbortSignal;
} {
  return { party: grantId, signal };
}

export function rowsOf(answer: PlanAnswer): { readonly rows: readonly PlanRow[]; readonly more: boolean } {
  if (answer.kind !== 'rows') throw new LockerError('internal');
  return answer;
}

/** A name that no datatype can have is one that the clause doesn't grant. */
export function datatypeOf({ held }: UnderClause, named: string): { readonly name: AnyDatatype } | Refusal {
  const name = KnownDatatype.safeParse(named);
  if (name.success) return { name: name.data };
  return notGranted('datatype_not_granted', held.clause.clause_id, named.slice(0, 100));
}

export function handOut<T>(
  value: T,
  records: readonly { readonly fields: JsonObject }[],
  fields: readonly string[],
): Work<T> {
  return { status: 200, value, rows: records.length, fields, oldest: oldestOf(records) };
}

function oldestOf(records: readonly { readonly fields: JsonObject }[]): number | null {
  let oldest: number | null = null;
  for (const { fields } of records) {
    const { published } = fields;
    if (typeof published !== 'string') continue;
    const at = instantMs(published);
    if (oldest === null || at < oldest) oldest = at;
  }
  return oldest;
}
