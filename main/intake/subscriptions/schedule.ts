import type { Store } from '../../store/index.ts';

const MINUTE = 60_000;
/** A feed that keeps failing is asked once a day. */
const LONGEST_MS = 24 * 60 * MINUTE;
/** Twenty feeds added at once don't stay in step. */
const JITTER = 0.1;
/** The store is looked at at least this often: turning a feed on takes effect by then. */
const LOOK_MS = MINUTE;
const SOONEST_MS = 1000;
/** Feeds polled at the same time. */
const AT_ONCE = 4;

/** When to poll next: the interval, doubled for each failure in a row, give or take a tenth (`random` in 0..1). */
export function nextDue(from: number, intervalMinutes: number, failures: number, random: number): number {
  const interval = intervalMinutes * MINUTE;
  const wait = Math.max(interval, Math.min(LONGEST_MS, interval * 2 ** Math.min(failures, 10)));
  return Math.round(from + wait * (1 + JITTER * (2 * random - 1)));
}

export interface SchedulePowers {
  store: Store;
  now(): number;
  poll(id: string): Promise<unknown>;
}

/** Polls what is due, until it is disposed of. */
export class Schedule implements AsyncDisposable {
  readonly #powers: SchedulePowers;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(powers: SchedulePowers) {
    this.#powers = powers;
  }

  start(): void {
    this.#wait(SOONEST_MS);
  }

  /** Polls everything that is due now; gives how long until the next is. */
  async round(): Promise<number> {
    const { store, now, poll } = this.#powers;
    for (;;) {
      const { due, next } = await store.read('subscriptions.due', { now: now(), limit: AT_ONCE });
      if (due.length === 0 || this.#isStopped) return next === null ? LOOK_MS : Math.min(LOOK_MS, next - now());
      // A poll notes its own failure and when it is due again; what still throws is the store closing.
      const results = await Promise.allSettled(due.map(({ id }) => poll(id)));
      if (results.some(({ status }) => status === 'rejected')) return LOOK_MS;
    }
  }

  #wait(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(
      () => {
        this.#round = this.round()
          .catch(() => LOOK_MS)
          .then((next) => this.#wait(next));
      },
      Math.max(SOONEST_MS, ms),
    ).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }
}
