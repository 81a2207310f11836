import { z } from 'zod';
import type { Action } from '../../../../protocol/contract/clause.ts';
import type {
  CountPlan,
  ListPlan,
  OnePlan,
  PlanWords,
  RecordKey,
  RowScope,
} from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import type { CountQuery, ListQuery, OneQuery } from '../../../../protocol/service/records.ts';
import { askedConditions, keyField } from './conditions.ts';
import { grantedFields, isReplaced, type Granted, type Held } from './held.ts';
import { isRefusal, notGranted, refusal, type Refusal } from './refusal.ts';
import { scopeOf } from './scope.ts';
import { mayDo } from './standing.ts';

/** A plan for the store, and what the request may be told. `fields`: what is released, in order. */
export interface Compiled<P> {
  readonly plan: P;
  readonly fields: readonly string[];
}

/** Where a list goes on: value of the order field, and the record's key. */
const Marker = z.tuple([z.union([z.string(), z.number(), z.null()]), z.int(), z.int()]);

/** Everything that is asked by clause and datatype begins here. */
export function permitted(held: Held, action: Action, datatype: AnyDatatype, isAggregate = false): Granted | Refusal {
  const { clause } = held;
  const refused = mayDo(clause, action, isAggregate);
  if (refused !== null) return refused;
  if (!clause.datatypes.includes(datatype)) {
    return notGranted('datatype_not_granted', clause.clause_id, datatype);
  }
  return grantedFields(held, datatype);
}

export function compileList(
  held: Held,
  datatype: AnyDatatype,
  query: z.infer<typeof ListQuery>,
  now: number,
): (Compiled<z.infer<typeof ListPlan>> & { readonly markerFor: string }) | Refusal {
  const granted = permitted(held, 'query', datatype);
  if (isRefusal(granted)) return granted;
  const fields = projection(held, granted, query.fields);
  if (isRefusal(fields)) return fields;
  const rows = rowsAsked(held, granted, datatype, query, now);
  if (isRefusal(rows)) return rows;
  const order = orderOf(held, granted, query.order);
  if (isRefusal(order)) return order;
  const markerFor = JSON.stringify(['list', held.clause.clause_id, datatype, query.filter, query.q, order]);
  const after = query.cursor === undefined ? null : readMarker(held, markerFor, query.cursor);
  if (after !== null && isRefusal(after)) return after;
  const limit = Math.min(query.limit, held.clause.granularity.max_items ?? query.limit);
  return { plan: { kind: 'list', ...rows, fields, order: order.by, after, limit }, fields, markerFor };
}

export function compileOne(
  held: Held,
  datatype: AnyDatatype,
  id: string,
  query: z.infer<typeof OneQuery>,
  now: number,
): Compiled<z.infer<typeof OnePlan>> | Refusal {
  const granted = permitted(held, 'read', datatype);
  if (isRefusal(granted)) return granted;
  const fields = projection(held, granted, query.fields);
  if (isRefusal(fields)) return fields;
  const scope = scopeOf(held, datatype, now);
  if (isRefusal(scope)) return scope;
  const key = keyOf(held, id);
  return isRefusal(key) ? key : { plan: { kind: 'one', scope, fields, key }, fields };
}

/** One of the records that this service added, with all granted fields: before it is changed or deleted. */
export function compileOwn(
  held: Held,
  action: 'update' | 'delete',
  datatype: AnyDatatype,
  id: string,
  now: number,
): Compiled<z.infer<typeof OnePlan>> | Refusal {
  const granted = permitted(held, action, datatype);
  if (isRefusal(granted)) return granted;
  const fields = projection(held, granted, undefined);
  if (isRefusal(fields)) return fields;
  const scope = scopeOf(held, datatype, now, { appendedBy: held.clientId });
  if (isRefusal(scope)) return scope;
  const key = keyOf(held, id);
  return isRefusal(key) ? key : { plan: { kind: 'one', scope, fields, key }, fields };
}

export function compileCount(
  held: Held,
  datatype: AnyDatatype,
  query: z.infer<typeof CountQuery>,
  now: number,
): Compiled<z.infer<typeof CountPlan>> | Refusal {
  const granted = permitted(held, 'query', datatype);
  if (isRefusal(granted)) return granted;
  const rows = rowsAsked(held, granted, datatype, query, now);
  return isRefusal(rows) ? rows : { plan: { kind: 'count', ...rows }, fields: [] };
}

/** What the change stream of a clause is about: these rows, with all granted fields. */
export function compileStream(
  held: Held,
  datatype: AnyDatatype,
  now: number,
): { readonly scope: RowScope; readonly fields: string[]; readonly byTime: boolean } | Refusal {
  const granted = permitted(held, 'subscribe', datatype);
  if (isRefusal(granted)) return granted;
  const fields = projection(held, granted, undefined);
  if (isRefusal(fields)) return fields;
  const scope = scopeOf(held, datatype, now);
  return isRefusal(scope) ? scope : { scope, fields, byTime: granted.has('published') };
}

/** Fields named in a request that writes: all must be granted. Null: they are. */
export function refusedField(held: Held, granted: Granted, names: Iterable<string>): Refusal | null {
  for (const name of names) {
    if (!granted.has(name)) return notGranted('field_not_granted', held.clause.clause_id, name);
  }
  return null;
}

function projection(held: Held, granted: Granted, named: string | undefined): string[] | Refusal {
  const wanted = new Set(named?.split(','));
  const refused = refusedField(held, granted, wanted);
  if (refused !== null) return refused;
  const fields = [...granted.keys()].filter((name) => named === undefined || wanted.has(name));
  return fields.length > 0 ? fields : notGranted('field_not_granted', held.clause.clause_id, 'any field of these');
}

function rowsAsked(
  held: Held,
  granted: Granted,
  datatype: AnyDatatype,
  query: { filter?: string | undefined; q?: string | undefined },
  now: number,
): { readonly scope: RowScope; readonly words: z.infer<typeof PlanWords> | null } | Refusal {
  const conditions = askedConditions(held, granted, datatype, query.filter);
  if (isRefusal(conditions)) return conditions;
  const scope = scopeOf(held, datatype, now, { conditions });
  if (isRefusal(scope)) return scope;
  if (query.q === undefined) return { scope, words: null };
  const texts = [...granted].filter(([, field]) => field.class === 'text').map(([name]) => name);
  if (texts.length === 0) return notGranted('field_not_granted', held.clause.clause_id, 'a text field, so no q');
  return { scope, words: { text: query.q, fields: texts } };
}

function orderOf(
  held: Held,
  granted: Granted,
  named: string | undefined,
): { readonly by: z.infer<typeof ListPlan>['order'] } | Refusal {
  if (named === undefined) {
    return { by: granted.get('published')?.indexed === true ? { field: 'published', direction: 'desc' } : null };
  }
  const descends = named.startsWith('-');
  const name = descends ? named.slice(1) : named;
  const field = keyField(held, granted, name);
  if (isRefusal(field)) return field;
  // The order of what a pseudonym stands for would tell it.
  if (isReplaced(held.clause, field)) return refusal('filter_invalid', `order by ${name}`);
  return { by: { field: name, direction: descends ? 'desc' : 'asc' } };
}

function readMarker(held: Held, markerFor: string, cursor: string): z.infer<typeof ListPlan>['after'] | Refusal {
  const marker = Marker.safeParse(held.names.unseal(markerFor, cursor));
  if (!marker.success) return refusal('bad_cursor', 'cursor');
  const [value, ref, identity] = marker.data;
  return { value, key: { ref, identity } };
}

/** An id that this contract never gave is as unknown as a record outside its rows. */
function keyOf({ names }: Held, id: string): RecordKey | Refusal {
  return names.recordKey(id) ?? noRecord();
}

export function noRecord(): Refusal {
  return refusal('record_not_found', 'record');
}
