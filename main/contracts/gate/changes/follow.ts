import type { RecordKey } from '../../../../protocol/contract/plan.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { NewDelivery, StreamState } from '../../../store/index.ts';
import type { GateOptions } from '../gate-options.ts';
import {
  byKey,
  deliver,
  digestsOf,
  foundOf,
  giveAgain,
  KEYS_AT_ONCE,
  keyText,
  uncoveredNow,
  type Advanced,
  type Found,
  type Named,
} from './ledger.ts';

/** More changes than that since the last time, and the stream begins again instead: nothing is kept in memory for it. */
const COLLECTED_MAX = 10_000;
/** Records whose released fields are kept while the rest is looked at; more are read again when their turn comes. */
const KEPT_CHARACTERS = 4 * 1024 * 1024;
/** How far a stream is, is written down with its changes; without any, not before so many changes of others. */
const NOTE_EVERY = 10_000;

const NOTHING: Advanced = { changes: [], last: 0, more: false };

/**
 * Everything that changed since the last time, in the order of keys: the order in which it happened depends on edits that
 * the clause does not cover. An edit that changes nothing of what is released is no change.
 */
export async function followChanges(
  store: GateOptions['store'],
  named: Named,
  state: StreamState,
  positions: Map<number, number>,
  limit: number,
): Promise<Advanced> {
  if (named.covered === null) return NOTHING;
  const from = Math.max(state.seq, positions.get(named.num) ?? 0);
  const collected = await collect(store, named, from);
  if (collected === null) {
    const head = await store.read('gate.head', {});
    const again = { phase: 'sweep' as const, place: null, seq: Math.max(from, head) };
    await store.write('gate.deliver', { stream: named.num, changes: [], state: again });
    return { ...NOTHING, more: true };
  }
  const { found, upTo } = collected;
  positions.set(named.num, upTo);
  const next: StreamState = { phase: 'follow', place: null, seq: upTo };
  if (found.length === 0) {
    if (upTo - state.seq >= NOTE_EVERY) {
      await store.write('gate.deliver', { stream: named.num, changes: [], state: next });
    }
    return NOTHING;
  }
  if (found.length <= limit && found.every(({ digest, record }) => digest === null || record !== null)) {
    return { ...(await deliver(store, named, found, next)), more: false };
  }
  return queued(store, named, found, next, limit);
}

/** Gives every change its number, and the first of them at once. */
async function queued(
  store: GateOptions['store'],
  named: Named,
  found: readonly Found[],
  state: StreamState,
  limit: number,
): Promise<Advanced> {
  const changes = found.map(({ key }): NewDelivery => ({ kind: 'queue', key }));
  const first = await store.write('gate.deliver', { stream: named.num, changes, state });
  const rows = await store.read('gate.changes', { stream: named.num, after: first - 1, limit });
  const given = await giveAgain(store, named, rows);
  return { changes: [...given.changes.values()], last: given.last, more: given.last < first + found.length - 1 };
}

/** Null: too much to keep. */
async function collect(
  store: GateOptions['store'],
  named: Named,
  from: number,
): Promise<{ found: Found[]; upTo: number } | null> {
  const { covered, read, num } = named;
  if (covered === null) return { found: [], upTo: from };
  const changed = new Map<string, Found>();
  let kept = 0;
  let complete = true;
  let upTo = from;
  for (let afterSeq = from, more = true; more;) {
    const { scope, fields } = covered;
    const answer = await read({ kind: 'changed', scope, fields: [...fields], afterSeq, limit: KEYS_AT_ONCE });
    if (answer.kind !== 'changes') throw new LockerError('internal');
    // What left is known as long as the list reaches back to where the first page began.
    complete &&= answer.complete;
    const known = await digestsOf(store, num, answer.changes);
    for (const { key, seq, values } of answer.changes) {
      afterSeq = seq;
      const name = keyText(key);
      const before = known.get(name) ?? null;
      const now = values === null ? { key, record: null, digest: null } : foundOf(covered, key, values);
      // Later ones of the same record win, also where they lead back to what the service has.
      if (now.digest === before) {
        changed.delete(name);
        continue;
      }
      kept += now.record === null ? 0 : JSON.stringify(now.record.fields).length;
      changed.set(name, kept > KEPT_CHARACTERS ? { ...now, record: null } : now);
    }
    if (changed.size > COLLECTED_MAX) return null;
    more = answer.more;
    if (!more) upTo = Math.max(upTo, answer.upTo);
  }
  for (const key of await leftSince(store, named, complete)) {
    changed.set(keyText(key), { key, record: null, digest: null });
    if (changed.size > COLLECTED_MAX) return null;
  }
  return { found: [...changed.values()].sort(byKey), upTo };
}

/** What the clock moved out of the window, and whatever left so long ago that nobody remembers. */
async function leftSince(store: GateOptions['store'], named: Named, complete: boolean): Promise<RecordKey[]> {
  if (named.covered === null) return [];
  const { since, until } = named.covered.scope;
  const outside = await store.read('gate.outside', { stream: named.num, since, until });
  const gone = await uncoveredNow(named, outside);
  if (complete) return gone;
  for (let after: RecordKey | null = null; ;) {
    const keys: RecordKey[] = await store.read('gate.holdings', { stream: named.num, after, limit: KEYS_AT_ONCE });
    gone.push(...(await uncoveredNow(named, keys)));
    after = keys.at(-1) ?? null;
    if (keys.length < KEYS_AT_ONCE) return gone;
  }
}
