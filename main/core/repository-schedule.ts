import type { Market } from '../market/index.ts';
import type { Log } from './log.ts';

/** A revocation reaches an open locker within this time. */
const EVERY_MS = 6 * 60 * 60_000;
/** After opening, the owner's own requests come first. */
const FIRST_MS = 60_000;

export interface RepositoryScheduleOptions {
  readonly market: Pick<Market, 'refreshRepositories'>;
  readonly log: Log;
  readonly setTimer: (milliseconds: number, action: () => void) => { cancel(): void };
}

/** Refreshes the owner's repositories while the locker is open; without any nothing is asked for. */
export function scheduleRepositories({ market, log, setTimer }: RepositoryScheduleOptions): AsyncDisposable {
  let ended = false;
  let timer = setTimer(FIRST_MS, refresh);

  function refresh(): void {
    void market
      .refreshRepositories()
      .catch((error: unknown) => {
        // A refresh that closing has cut off is no fault.
        if (!ended) log.fault(error);
      })
      .finally(() => {
        if (!ended) timer = setTimer(EVERY_MS, refresh);
      });
  }

  return {
    async [Symbol.asyncDispose]() {
      // A repository that doesn't answer is not waited for: what was verified is stored in one piece or not at all.
      ended = true;
      timer.cancel();
    },
  };
}
