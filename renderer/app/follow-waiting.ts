export interface FollowPowers {
  /** How many requests wait, as long as the locker tells. */
  readonly watch: (signal: AbortSignal) => AsyncIterable<number>;
  readonly onwaiting: (waiting: number) => void;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const FIRST_MS = 1_000;
const MOST_MS = 30_000;

/** Listens for waiting requests until the signal aborts; a lost line is taken up again, ever more patiently. */
export async function followWaiting({ watch, onwaiting, wait, signal }: FollowPowers): Promise<void> {
  let pause = FIRST_MS;
  while (!signal.aborted) {
    try {
      for await (const waiting of watch(signal)) {
        pause = FIRST_MS;
        onwaiting(waiting);
      }
    } catch {
      // Whatever it was, it is tried again; other calls tell the owner when the locker is gone.
    }
    if (signal.aborted) return;
    await wait(pause, signal);
    pause = Math.min(pause * 2, MOST_MS);
  }
}

/** Title of the window: what waits for the owner comes first, so that it shows in a row of tabs. */
export function windowTitle(screen: string, name: string, waiting: number): string {
  return waiting === 0 ? `${screen} · ${name}` : `(${waiting}) ${screen} · ${name}`;
}
