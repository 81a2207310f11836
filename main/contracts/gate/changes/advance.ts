import type { RecordKey } from '../../../../protocol/contract/plan.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { Change } from '../../../../protocol/service/records.ts';
import type { ChangeStream, StreamState } from '../../../store/index.ts';
import type { GateOptions } from '../gate-options.ts';
import { followChanges } from './follow.ts';
import {
  deliver,
  digestsOf,
  foundOf,
  KEYS_AT_ONCE,
  keyText,
  uncoveredNow,
  type Advanced,
  type Found,
  type Named,
} from './ledger.ts';

/** Pages that one request looks at while a stream begins: of a million unchanged records not all are read at once. */
const PAGES_AT_ONCE = 20;

/**
 * Finds changes that have no number yet and gives up to `limit` of them. A stream begins with a sweep over what the service
 * has (its terms may have become narrower), then lists what there is, then follows what changes.
 */
export async function advance(
  store: GateOptions['store'],
  named: Named,
  stream: ChangeStream,
  positions: Map<number, number>,
  limit: number,
): Promise<Advanced> {
  const changes: Change[] = [];
  let last = 0;
  let state: StreamState = { phase: stream.phase, place: stream.place, seq: stream.seq };
  let kept = state;
  for (let pages = 0; pages < PAGES_AT_ONCE && changes.length < limit; pages++) {
    const left = limit - changes.length;
    if (state.phase === 'follow') {
      if (kept !== state) await store.write('gate.deliver', { stream: named.num, changes: [], state });
      const followed = await followChanges(store, named, state, positions, left);
      return { changes: [...changes, ...followed.changes], last: followed.last || last, more: followed.more };
    }
    const step =
      state.phase === 'sweep' ? await sweep(store, named, state, left) : await list(store, named, state, left);
    state = step.state;
    if (step.found.length > 0) {
      const delivered = await deliver(store, named, step.found, state);
      changes.push(...delivered.changes);
      last = delivered.last;
      kept = state;
    }
  }
  if (kept !== state) await store.write('gate.deliver', { stream: named.num, changes: [], state });
  return { changes, last, more: true };
}

interface Step {
  readonly found: readonly Found[];
  readonly state: StreamState;
}

/** What the service has and the clause covers no more is taken away, in the order of keys. */
async function sweep(store: GateOptions['store'], named: Named, state: StreamState, left: number): Promise<Step> {
  const after = state.place?.key ?? null;
  const keys = await store.read('gate.holdings', { stream: named.num, after, limit: KEYS_AT_ONCE });
  const gone = named.covered === null ? keys : await uncoveredNow(named, keys);
  const found = gone.slice(0, left).map((key): Found => ({ key, record: null, digest: null }));
  const lastLooked: RecordKey | undefined = found.length < gone.length ? found.at(-1)?.key : keys.at(-1);
  if (found.length < gone.length || keys.length === KEYS_AT_ONCE) {
    return { found, state: { ...state, place: lastLooked === undefined ? null : { value: null, key: lastLooked } } };
  }
  return { found, state: { ...state, phase: named.covered === null ? 'follow' : 'list', place: null } };
}

/** What there is and the service has not, or not so, is given: the newest first where the time is granted. */
async function list(store: GateOptions['store'], named: Named, state: StreamState, left: number): Promise<Step> {
  const covered = named.covered;
  if (covered === null) return { found: [], state: { ...state, phase: 'follow', place: null } };
  const answer = await named.read({
    kind: 'list',
    scope: covered.scope,
    words: null,
    fields: [...covered.fields],
    order: covered.byTime ? { field: 'published', direction: 'desc' } : null,
    after: state.place,
    limit: Math.min(left, KEYS_AT_ONCE),
  });
  if (answer.kind !== 'rows') throw new LockerError('internal');
  const rows = answer.rows.map(({ key, at, values }) => ({ ...foundOf(covered, key, values), at }));
  const known = await digestsOf(store, named.num, rows);
  const last = rows.at(-1);
  const isDone = !answer.more || last === undefined;
  return {
    found: rows.filter(({ key, digest }) => known.get(keyText(key)) !== digest),
    state: isDone ? { ...state, phase: 'follow', place: null } : { ...state, place: { value: last.at, key: last.key } },
  };
}
