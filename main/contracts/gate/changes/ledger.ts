import type { PlanAnswer, RecordKey, RowScope } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { Change, ServiceRecord } from '../../../../protocol/service/records.ts';
import type { Delivered, NewDelivery, StreamState } from '../../../store/index.ts';
import type { Plan } from '../../../../protocol/contract/plan.ts';
import type { GateOptions } from '../gate-options.ts';
import { digestOfFields, type Release } from '../release.ts';

/** What a stream of one datatype is about; null where nothing of it is granted any more. */
export interface Covered {
  readonly scope: RowScope;
  readonly fields: readonly string[];
  readonly byTime: boolean;
  readonly release: Release;
}

/** Keys in one question to the store. */
export const KEYS_AT_ONCE = 1000;

/** A stream of the ledger, and how it is read and told of. */
export interface Named {
  readonly num: number;
  readonly datatype: AnyDatatype;
  readonly covered: Covered | null;
  readonly recordId: (key: RecordKey) => string;
  readonly read: (plan: Plan) => Promise<PlanAnswer>;
}

/** A change that is to be handed out; `fields` null: take it away. */
export interface Found {
  readonly key: RecordKey;
  readonly record: ServiceRecord | null;
  readonly digest: string | null;
}

/** What was given of a stream. */
export interface Advanced {
  readonly changes: readonly Change[];
  /** Number of the last change that was given; 0: none. */
  readonly last: number;
  /** There is more to be given at once. */
  readonly more: boolean;
}

export function keyText({ ref, identity }: RecordKey): string {
  return `${ref} ${identity}`;
}

/** By key: as the ledger is ordered, so that the order of changes depends on nothing but them. */
export function byKey({ key: a }: { key: RecordKey }, { key: b }: { key: RecordKey }): number {
  return a.ref - b.ref || a.identity - b.identity;
}

/** What is covered now, by key. */
type Present = Map<string, { readonly record: ServiceRecord; readonly digest: string }>;

/** Of these keys, what is covered now; `looked`: how many of them were looked at before the answer was full. */
export async function coveredNow(
  { covered, read }: Named,
  keys: readonly RecordKey[],
): Promise<{ present: Present; looked: number }> {
  const present: Present = new Map();
  if (covered === null || keys.length === 0) return { present, looked: keys.length };
  const { scope, fields, release } = covered;
  const answer = await read({ kind: 'check', scope, fields: [...fields], keys: [...keys] });
  if (answer.kind !== 'rows') throw new LockerError('internal');
  for (const row of answer.rows) {
    const record = release.record(row);
    present.set(keyText(row.key), { record, digest: digestOfFields(record.fields) });
  }
  const last = answer.more ? answer.rows.at(-1) : undefined;
  if (last === undefined) return { present, looked: keys.length };
  return { present, looked: 1 + keys.findIndex((key) => keyText(key) === keyText(last.key)) };
}

/** Of these keys, those that are not covered any more. */
export async function uncoveredNow(named: Named, keys: readonly RecordKey[]): Promise<RecordKey[]> {
  const gone: RecordKey[] = [];
  for (let from = 0; from < keys.length;) {
    const some = keys.slice(from, from + KEYS_AT_ONCE);
    const { present, looked } = await coveredNow(named, some);
    gone.push(...some.slice(0, looked).filter((key) => !present.has(keyText(key))));
    from += looked;
  }
  return gone;
}

export function foundOf(
  { release }: Covered,
  key: RecordKey,
  values: Parameters<Covered['release']['record']>[0]['values'],
): Found & { readonly digest: string } {
  const record = release.record({ key, seq: 0, at: null, values });
  return { key, record, digest: digestOfFields(record.fields) };
}

/** What the service was last given of these records; absent: nothing. */
export async function digestsOf(
  store: GateOptions['store'],
  stream: number,
  rows: readonly { readonly key: RecordKey }[],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const known = await store.read('gate.delivered', { stream, keys: rows.map(({ key }) => key) });
  return new Map(known.flatMap((row) => (row.digest === null ? [] : [[keyText(row), row.digest]])));
}

export function changeOf({ datatype, recordId }: Named, { key, record }: Pick<Found, 'key' | 'record'>): Change {
  return record === null
    ? { kind: 'remove', datatype, id: recordId(key) }
    : { kind: 'put', datatype, id: record.id, fields: record.fields };
}

/** Writes changes down, with their numbers, and gives them in that order. */
export async function deliver(
  store: GateOptions['store'],
  named: Named,
  found: readonly Found[],
  state: StreamState,
): Promise<{ changes: Change[]; last: number }> {
  const changes = found.map(({ key, digest }): NewDelivery =>
    digest === null ? { kind: 'remove', key } : { kind: 'put', key, digest },
  );
  const first = await store.write('gate.deliver', { stream: named.num, changes, state });
  return { changes: found.map((one) => changeOf(named, one)), last: first + found.length - 1 };
}

/**
 * Gives changes that have their numbers already: again, or those that were queued. What a record is now is what is given;
 * what was queued and is gone before it was given is passed over.
 *
 * @returns changes by number; `last`: the number up to which they are, less than asked for where the answer was full
 */
export async function giveAgain(
  store: GateOptions['store'],
  named: Named,
  rows: readonly Delivered[],
): Promise<{ changes: Map<number, Change>; last: number }> {
  const asked = rows.filter(({ digest, queued }) => digest !== null || queued);
  const { present, looked } = await coveredNow(
    named,
    asked.map(({ ref, identity }) => ({ ref, identity })),
  );
  const firstLeft = asked[looked]?.n ?? Infinity;
  const changes = new Map<number, Change>();
  const given: { key: RecordKey; digest: string | null }[] = [];
  const dropped: RecordKey[] = [];
  let last = 0;
  for (const { ref, identity, digest, queued, n } of rows) {
    if (n >= firstLeft) break;
    last = n;
    const key = { ref, identity };
    const now = digest === null && !queued ? undefined : present.get(keyText(key));
    if (now !== undefined) {
      if (queued || now.digest !== digest) given.push({ key, digest: now.digest });
      changes.set(n, changeOf(named, { key, record: now.record }));
    } else if (digest === null && queued) dropped.push(key);
    else {
      if (digest !== null) given.push({ key, digest: null });
      changes.set(n, changeOf(named, { key, record: null }));
    }
  }
  if (given.length + dropped.length > 0) await store.write('gate.given', { stream: named.num, given, dropped });
  return { changes, last };
}
