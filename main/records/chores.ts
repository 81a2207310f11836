/** Work that comes back by itself, one piece at a time. */
export interface Chores extends AsyncDisposable {
  /** Does `work` at once and then every `ms` milliseconds. */
  every(ms: number, work: () => Promise<void>): void;
}

/** Failures go to `onFault`; they end nothing. Disposing waits for the piece under way. */
export function createChores({ onFault }: { readonly onFault?: ((error: unknown) => void) | undefined }): Chores {
  const timers: NodeJS.Timeout[] = [];
  const waiting = new Set<() => Promise<void>>();
  let last = Promise.resolve();
  let isClosed = false;

  function enqueue(work: () => Promise<void>): void {
    // A piece that is slower than its interval is not piled up.
    if (waiting.has(work)) return;
    waiting.add(work);
    last = last
      .then(async () => {
        waiting.delete(work);
        if (!isClosed) await work();
      })
      .catch((error: unknown) => {
        if (!isClosed) onFault?.(error);
      });
  }

  return {
    every(ms, work) {
      enqueue(work);
      const timer = setInterval(enqueue, ms, work);
      timer.unref();
      timers.push(timer);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      timers.forEach(clearInterval);
      await last;
    },
  };
}
