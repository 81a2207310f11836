/** Runs a task again and again at the moments that it names itself. */
export interface ClockWork extends AsyncDisposable {
  /** Runs it now, or as soon as it has ended. */
  soon(): void;
}

export interface ClockPowers {
  readonly now: () => number;
  readonly setTimer: (milliseconds: number, action: () => void) => { cancel(): void };
  readonly onFault: (error: unknown) => void;
}

/** A computer that slept, or whose clock was set, is noticed within this. */
const LONGEST_MS = 10 * 60_000;
const AFTER_FAULT_MS = 60_000;

/** `run` gives the moment of its next run, or null: only when told. */
export function createClockWork(run: () => Promise<number | null>, { now, setTimer, onFault }: ClockPowers): ClockWork {
  let timer: { cancel(): void } | undefined;
  let due: number | null = null;
  let running: Promise<void> | undefined;
  let again = false;
  let over = false;

  function wait(): void {
    timer?.cancel();
    timer = undefined;
    if (over || due === null) return;
    timer = setTimer(Math.max(0, Math.min(LONGEST_MS, due - now())), () => {
      if (due !== null && due > now()) wait();
      else soon();
    });
  }

  async function work(): Promise<void> {
    do {
      again = false;
      try {
        due = await run();
      } catch (error) {
        onFault(error);
        due = now() + AFTER_FAULT_MS;
      }
    } while (again && !over);
  }

  function soon(): void {
    if (over) return;
    again = true;
    running ??= work().finally(() => {
      running = undefined;
      // Told in the moment between the last look at `again` and this one.
      if (again) soon();
      else wait();
    });
  }

  return {
    soon,
    async [Symbol.asyncDispose]() {
      over = true;
      timer?.cancel();
      await running;
    },
  };
}
