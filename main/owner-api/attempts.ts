import { LockerError } from '../../protocol/errors.ts';

/** Wrong secrets in a row that cost nothing: people mistype. */
const FREE = 3;
const FIRST_WAIT_MS = 1000;
/** Short enough that a stranger's program cannot keep the owner out for long. */
const LONGEST_WAIT_MS = 60_000;
/** Derivations of a key at the same time, waiting ones included: each takes much memory. */
const MOST_AT_ONCE = 4;

/** Codes that mean that a secret was wrong. */
const WRONG: ReadonlySet<string> = new Set(['wrong_passphrase', 'wrong_recovery_code']);

/** Slows down guessing of the locker's secrets: one attempt at a time, and a wait that doubles with each failure. */
export interface Attempts {
  /** Runs an attempt, or throws `too_many_attempts` with the seconds to wait. */
  run<T>(attempt: () => Promise<T>): Promise<T>;
}

/** @param now milliseconds; only differences count */
export function createAttempts(now: () => number): Attempts {
  let failures = 0;
  let openAt = 0;
  let waiting = 0;
  let queue: Promise<unknown> = Promise.resolve();

  function admit(): void {
    const left = openAt - now();
    if (left > 0) throw new LockerError('too_many_attempts', { detail: `${Math.ceil(left / 1000)} s` });
  }

  async function attempted<T>(attempt: () => Promise<T>): Promise<T> {
    admit();
    try {
      const result = await attempt();
      failures = 0;
      return result;
    } catch (error) {
      if (error instanceof LockerError && WRONG.has(error.code)) {
        failures += 1;
        if (failures >= FREE) openAt = now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE));
      }
      throw error;
    }
  }

  return {
    async run(attempt) {
      admit();
      if (waiting >= MOST_AT_ONCE) throw new LockerError('too_many_attempts', { detail: '1 s' });
      waiting += 1;
      const mine = queue.then(() => attempted(attempt));
      queue = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        waiting -= 1;
      }
    },
  };
}
