import type { Clause } from '../../../protocol/contract/clause.ts';
import type { RateState } from '../service-access.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a clause was used for in the hour and the day that run now. */
export interface Usage {
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface RateKeeper {
  /**
   * Counts a request under a clause.
   *
   * @returns what the request may take, or null where the clause sets no rate
   */
  begin(grantId: string, clause: Clause, now: number): Promise<RateTicket | null>;
}

export interface RateTicket {
  /** True where nothing more is allowed: the request is refused, and doesn't count. */
  readonly exceeded: boolean;
  /** Rows that are left for this request; Infinity: no bound. */
  readonly rows: number;
  /**
   * Takes rows and bytes of the answer out of what is left; false: they are more than that, and nothing is taken.
   * `isDone`: what was done can't be undone, and is taken in any case.
   */
  take(rows: number, bytes: number, isDone?: boolean): boolean;
  /** The request was none after all. */
  cancel(): void;
  state(): RateState;
}

interface Counters {
  hour: number;
  day: number;
  requests: number;
  rows: number;
  bytes: number;
}

/**
 * Rates count in whole hours and days (UTC): what is left depends on nothing but the service's own requests. `used` tells
 * what the log holds since a time; it is asked once for each clause with a rate, so that a restart forgives nothing.
 */
export function createRates(
  used: (grantId: string, clauseId: string, hour: number, day: number) => Promise<Usage>,
): RateKeeper {
  const kept = new Map<string, Promise<Counters>>();

  function countersOf(grantId: string, clauseId: string, now: number): Promise<Counters> {
    const key = `${grantId} ${clauseId}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const hour = now - (now % HOUR);
    const day = now - (now % DAY);
    const loading = used(grantId, clauseId, hour, day).then((usage): Counters => ({ hour, day, ...usage }));
    kept.set(key, loading);
    loading.catch(() => kept.delete(key));
    return loading;
  }

  return {
    async begin(grantId, clause, now) {
      const { rate } = clause;
      if (rate.per_hour === undefined && rate.rows_per_day === undefined && rate.bytes_per_day === undefined) {
        return null;
      }
      const counters = await countersOf(grantId, clause.clause_id, now);
      roll(counters, now);
      return ticket(counters, rate, now);
    },
  };
}

/** A clock that went back opens no window again. */
function roll(counters: Counters, now: number): void {
  const hour = now - (now % HOUR);
  const day = now - (now % DAY);
  if (hour > counters.hour) Object.assign(counters, { hour, requests: 0 });
  if (day > counters.day) Object.assign(counters, { day, rows: 0, bytes: 0 });
}

function ticket(counters: Counters, rate: Clause['rate'], now: number): RateTicket {
  const rowsLeft = (): number => Math.max(0, (rate.rows_per_day ?? Infinity) - counters.rows);
  const bytesLeft = (): number => Math.max(0, (rate.bytes_per_day ?? Infinity) - counters.bytes);
  const exceeded = counters.requests >= (rate.per_hour ?? Infinity) || rowsLeft() === 0 || bytesLeft() === 0;
  if (!exceeded) counters.requests++;
  return {
    exceeded,
    rows: rowsLeft(),
    take(rows, bytes, isDone = false) {
      if (!isDone && (rows > rowsLeft() || bytes > bytesLeft())) return false;
      counters.rows += rows;
      counters.bytes += bytes;
      return true;
    },
    cancel() {
      if (!exceeded) counters.requests--;
    },
    state: () => tightest(counters, rate, now),
  };
}

/** Of the rates that a clause sets, the one of which the least share is left. */
function tightest(counters: Counters, rate: Clause['rate'], now: number): RateState {
  const hourEnds = Math.ceil((counters.hour + HOUR - now) / 1000);
  const dayEnds = Math.ceil((counters.day + DAY - now) / 1000);
  const all = [
    { limit: rate.per_hour, used: counters.requests, resetSeconds: hourEnds },
    { limit: rate.rows_per_day, used: counters.rows, resetSeconds: dayEnds },
    { limit: rate.bytes_per_day, used: counters.bytes, resetSeconds: dayEnds },
  ].flatMap(({ limit, used, resetSeconds }): RateState[] =>
    limit === undefined ? [] : [{ limit, remaining: Math.max(0, limit - used), resetSeconds }],
  );
  const share = ({ limit, remaining }: RateState): number => (limit === 0 ? 0 : remaining / limit);
  return all.reduce((least, one) => (share(one) < share(least) ? one : least));
}
