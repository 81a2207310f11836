import { LockerError } from '../../../../protocol/errors.ts';
import type { ChangePage, ChangesQuery } from '../../../../protocol/service/records.ts';
import { instantMs } from '../../lattice/times.ts';
import type { Answer, Caller, Watch } from '../../service-access.ts';
import type { Answering } from '../answering.ts';
import type { Held } from '../compile/held.ts';
import { isRefusal, type Refusal } from '../compile/refusal.ts';
import type { GateOptions } from '../gate-options.ts';
import type { Changes } from './changes.ts';
import type { Wakes } from './wakes.ts';

/** Nothing tells when a record falls out of a window: so often is looked. */
const LONGEST_WAIT_MS = 30_000;

export interface WatchParts extends Pick<GateOptions, 'now'> {
  readonly answering: Answering;
  readonly changes: Changes;
  readonly wakes: Wakes;
}

/**
 * Pages of changes as they come. Nothing is read before the page before was taken, so a slow consumer costs no memory; and
 * nothing is yielded that was found before the contract changed.
 */
export function watchChanges(parts: WatchParts, caller: Caller, query: ChangesQuery): Watch {
  const ended = new AbortController();
  return { ended: ended.signal, [Symbol.asyncIterator]: () => run(parts, caller, query, ended) };
}

async function* run(
  { answering, changes, wakes, now }: WatchParts,
  caller: Caller,
  query: ChangesQuery,
  ended: AbortController,
): AsyncGenerator<Answer<ChangePage>, void> {
  const request = { caller, action: 'subscribe', clause: query.clause, datatype: query.datatype ?? null };
  const bell = createBell();
  /** Revision that the stream is under; another one ends it. */
  let revision: number | null = null;

  async function standing(): Promise<{ held: Held } | { over: Refusal | null }> {
    const current = await answering.clauseNow(caller, query.clause);
    if (isRefusal(current)) return { over: current };
    revision ??= current.grant.view.revision;
    return current.grant.view.revision === revision ? { held: current.held } : { over: null };
  }

  /** Also where the consumer takes its time: it is told by `ended` at once. */
  const onGrant = (): void => {
    bell.ring();
    void standing().then(
      (at) => 'over' in at && ended.abort(),
      () => ended.abort(),
    );
  };
  const stops = [wakes.onGrant(caller.grantId, onGrant), wakes.onRecords(bell.ring)];
  const signals = [caller.signal, wakes.closing];
  for (const signal of signals) signal.addEventListener('abort', bell.ring);
  const onClosing = (): void => ended.abort();
  wakes.closing.addEventListener('abort', onClosing);

  try {
    let cursor = query.cursor;
    for (let isFirst = true; ;) {
      const rung = bell.rung();
      if (caller.signal.aborted) return;
      if (wakes.closing.aborted) {
        yield refusedBy(new LockerError('locked'), revision);
        return;
      }
      const asked = { ...query, ...(cursor === undefined ? {} : { cursor }) };
      if (!isFirst) {
        const at = await standing();
        if ('over' in at) {
          await answering.stopped(request, at.over?.refused ?? null, revision ?? 0);
          if (at.over !== null) yield refusedBy(errorOf(at.over), revision);
          return;
        }
      }
      const answer = isFirst ? await changes.changes(caller, asked) : await changes.changesIfAny(caller, asked);
      if (answer !== null) {
        if (answer.kind === 'refused') {
          yield answer;
          return;
        }
        revision ??= answer.revision;
        if (answer.revision !== revision) {
          await answering.stopped(request, null, revision);
          return;
        }
        isFirst = false;
        yield answer;
        cursor = answer.value.cursor;
        if (answer.value.more) continue;
      }
      const at = await standing();
      if ('held' in at) await bell.wait(rung, waitMs(at.held, now()));
    }
  } finally {
    for (const stop of stops) stop();
    for (const signal of signals) signal.removeEventListener('abort', bell.ring);
    wakes.closing.removeEventListener('abort', onClosing);
    ended.abort();
  }
}

interface Bell {
  readonly ring: () => void;
  readonly rung: () => number;
  /** Resolves when it was rung since, or after so many milliseconds. */
  wait(since: number, ms: number): Promise<void>;
}

function createBell(): Bell {
  let count = 0;
  let wake: () => void = () => undefined;
  return {
    ring() {
      count++;
      wake();
    },
    rung: () => count,
    async wait(since, ms) {
      if (count !== since) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
    },
  };
}

/** Until the clause is over, but no longer than usual. */
function waitMs({ clause }: Held, now: number): number {
  const { until } = clause.validity;
  return until === undefined ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, Math.max(1, instantMs(until) - now));
}

function errorOf({ refused, detail }: Refusal): LockerError {
  return new LockerError(refused, { detail });
}

function refusedBy(error: LockerError, revision: number | null): Answer<never> {
  return { kind: 'refused', error, revision, rate: null, retryAfterSeconds: error.status === 503 ? 5 : null };
}
