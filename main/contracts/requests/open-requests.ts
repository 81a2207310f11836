import type { Clause } from '../../../protocol/contract/clause.ts';
import type { Offer } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { AccessRequest } from '../../../protocol/owner/services.ts';
import type { Decision, KnownClient } from '../approvals.ts';
import type { ContractEvents } from '../grants/events.ts';

const MINUTE_MS = 60_000;
export const REQUEST_MS = 10 * MINUTE_MS;
const MOST_OPEN = 3;
/** A page that has not been heard of for so long is gone. */
const TAB_MS = 15_000;
/** A request ends with this wrong number: of three, one guess is not a choice. */
const WRONG_PICKS = 2;
/** After a no, or no answer, the next prompt of the same client waits; twice as long each time. */
const FIRST_REST_MS = MINUTE_MS;
const LONGEST_REST_MS = 60 * MINUTE_MS;

/** A request as the owner is asked it. */
export interface Question {
  readonly kind: AccessRequest['kind'];
  readonly client: KnownClient;
  readonly offer: Offer;
  /** The offer as it came. */
  readonly document: JsonObject;
  /** What a yes is about; other clauses of the contract stay as they are, but for `replace` and `version`. */
  readonly asked: readonly Clause[];
  readonly grant: string | null;
}

export interface OpenRequest extends Question {
  readonly id: string;
  readonly at: number;
  readonly expires: number;
  /** What the waiting page shows, and it among two others; null where no page waits. */
  readonly number: number | null;
  readonly numbers: readonly number[] | null;
}

/**
 * The requests that wait for the owner. They live in memory: ten minutes at most, and a restart forgets them, so that the
 * page that waits says that the time is over.
 */
export interface OpenRequests extends Disposable {
  /** Keeps a place for a client while it is found out whether it may ask. Throws `too_many_requests_waiting`. */
  reserved<T>(clientId: string, work: () => Promise<T>): Promise<T>;
  open(question: Question): OpenRequest;
  /** A request that no page waits for; it stays until it is decided or replaced by one about the same contract. */
  notice(question: Question): OpenRequest;
  /** Throws `request_not_found`. */
  get(id: string): OpenRequest;
  all(): readonly OpenRequest[];
  isTabWaiting(id: string): boolean;
  tabWaiting(id: string): void;
  /** Throws `wrong_number`; the second time the request is over. */
  requireNumber(request: OpenRequest, number: number | undefined): void;
  /** Ends a request; the page that waits is told. */
  end(id: string, decision: Exclude<Decision, { kind: 'waiting' }>): void;
  /** Says no to those that are chosen. */
  drop(which: (request: OpenRequest) => boolean): void;
  decision(id: string, signal: AbortSignal): Promise<Decision>;
}

export interface OpenRequestsOptions {
  readonly now: () => number;
  /** A whole number from `min` to below `max`, of a good source. */
  readonly randomInt: (min: number, max: number) => number;
  readonly newId: () => string;
  readonly events: Pick<ContractEvents, 'tell'>;
}

interface Kept {
  readonly request: OpenRequest;
  readonly ended: PromiseWithResolvers<Decision>;
  decision: Exclude<Decision, { kind: 'waiting' }> | null;
  wrong: number;
  lastTab: number;
  /** Ends or forgets it. */
  timer?: ReturnType<typeof setTimeout>;
  /** Tells that its page is gone. */
  tabTimer?: ReturnType<typeof setTimeout>;
}
interface Rest {
  readonly until: number;
  readonly times: number;
}

export function createOpenRequests({ now, randomInt, newId, events }: OpenRequestsOptions): OpenRequests {
  const kept = new Map<string, Kept>();
  const reserved = new Set<string>();
  const rests = new Map<string, Rest>();
  const changed = (): void => events.tell({ kind: 'requests' });

  function live(): Kept[] {
    return [...kept.values()].filter(({ decision, request }) => decision === null && request.expires > now());
  }

  /** Ended ones are kept until a page has had time to hear of it. */
  function later(ms: number, then: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(then, ms);
    timer.unref();
    return timer;
  }

  function keep(request: OpenRequest): OpenRequest {
    const entry: Kept = {
      request,
      ended: Promise.withResolvers<Decision>(),
      decision: null,
      wrong: 0,
      lastTab: 0,
    };
    kept.set(request.id, entry);
    if (request.number !== null) entry.timer = later(REQUEST_MS, () => end(request.id, { kind: 'expired' }));
    changed();
    return request;
  }

  function end(id: string, decision: Exclude<Decision, { kind: 'waiting' }>): void {
    const entry = kept.get(id);
    if (entry === undefined || entry.decision !== null) return;
    entry.decision = decision;
    clearTimeout(entry.timer);
    clearTimeout(entry.tabTimer);
    entry.timer = later(REQUEST_MS, () => kept.delete(id));
    entry.ended.resolve(decision);
    const { clientId } = entry.request.client;
    if (decision.kind === 'allowed') rests.delete(clientId);
    else if (entry.request.number !== null) rest(clientId);
    changed();
  }

  function rest(clientId: string): void {
    const times = (rests.get(clientId)?.times ?? 0) + 1;
    rests.delete(clientId);
    rests.set(clientId, { times, until: now() + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (times - 1)) });
    const [oldest] = rests.keys();
    if (rests.size > 1000 && oldest !== undefined) rests.delete(oldest);
  }

  function found(id: string): Kept {
    const entry = kept.get(id);
    if (entry === undefined || entry.decision !== null) throw new LockerError('request_not_found');
    if (entry.request.expires <= now()) {
      end(id, { kind: 'expired' });
      throw new LockerError('request_not_found');
    }
    return entry;
  }

  function threeNumbers(): [number, number, number] {
    const numbers = new Set<number>();
    while (numbers.size < 3) numbers.add(randomInt(10, 100));
    const [a = 10, b = 11, c = 12] = numbers;
    return [a, b, c];
  }

  return {
    async reserved(clientId, work) {
      const asking = live().filter(({ request }) => request.number !== null);
      const isWaiting = asking.some(({ request }) => request.client.clientId === clientId) || reserved.has(clientId);
      const isResting = (rests.get(clientId)?.until ?? 0) > now();
      if (isWaiting || isResting || asking.length + reserved.size >= MOST_OPEN) {
        throw new LockerError('too_many_requests_waiting');
      }
      reserved.add(clientId);
      try {
        return await work();
      } finally {
        reserved.delete(clientId);
      }
    },
    open(question) {
      const numbers = threeNumbers();
      const number = numbers[randomInt(0, 3)] ?? numbers[0];
      return keep({ ...question, id: newId(), at: now(), expires: now() + REQUEST_MS, number, numbers });
    },
    notice(question) {
      for (const { request } of live()) {
        if (request.number === null && request.grant === question.grant) end(request.id, { kind: 'expired' });
      }
      return keep({ ...question, id: newId(), at: now(), expires: Infinity, number: null, numbers: null });
    },
    get: (id) => found(id).request,
    all: () => live().map(({ request }) => request),
    isTabWaiting: (id) => (kept.get(id)?.lastTab ?? 0) > now() - TAB_MS,
    tabWaiting(id) {
      const entry = kept.get(id);
      if (entry === undefined || entry.decision !== null) return;
      const isNew = entry.lastTab <= now() - TAB_MS;
      entry.lastTab = now();
      // The owner is told when the page is gone, too.
      clearTimeout(entry.tabTimer);
      entry.tabTimer = later(TAB_MS + 100, changed);
      if (isNew) changed();
    },
    requireNumber({ id, number: shown }, number) {
      if (shown === null) return;
      const entry = found(id);
      if (number === shown) return;
      // No number at all is no guess.
      if (number !== undefined) entry.wrong++;
      if (entry.wrong >= WRONG_PICKS) end(id, { kind: 'denied' });
      throw new LockerError('wrong_number');
    },
    end,
    drop(which) {
      for (const { request } of live()) if (which(request)) end(request.id, { kind: 'denied' });
    },
    async decision(id, signal) {
      const entry = kept.get(id);
      if (entry === undefined) return { kind: 'expired' };
      if (entry.request.expires <= now()) end(id, { kind: 'expired' });
      if (entry.decision !== null) return entry.decision;
      if (signal.aborted) return { kind: 'waiting' };
      const aborted = Promise.withResolvers<Decision>();
      const stop = (): void => aborted.resolve({ kind: 'waiting' });
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await Promise.race([entry.ended.promise, aborted.promise]);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    [Symbol.dispose]() {
      for (const { timer, tabTimer, ended, decision } of kept.values()) {
        clearTimeout(timer);
        clearTimeout(tabTimer);
        if (decision === null) ended.resolve({ kind: 'expired' });
      }
      kept.clear();
    },
  };
}
