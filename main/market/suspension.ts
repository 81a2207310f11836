/** Failures within this time count together. */
const WINDOW_MS = 10 * 60_000;
/** So many failures in the window suspend an algorithm… */
const LIMIT = 3;
/** …for so long, or until the owner resumes it. */
const SUSPENDED_MS = 60 * 60_000;

/** Counts failures per algorithm. */
export interface FailureCount {
  /** @returns until when the algorithm is suspended now, or null */
  add(id: string, now: number): number | null;
  forget(id: string): void;
}

export function countFailures(): FailureCount {
  const times = new Map<string, number[]>();
  return {
    add(id, now) {
      const recent = (times.get(id) ?? []).filter((time) => now - time < WINDOW_MS);
      recent.push(now);
      if (recent.length < LIMIT) {
        times.set(id, recent);
        return null;
      }
      times.delete(id);
      return now + SUSPENDED_MS;
    },
    forget(id) {
      times.delete(id);
    },
  };
}
