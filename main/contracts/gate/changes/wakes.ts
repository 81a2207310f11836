import type { GateOptions } from '../gate-options.ts';

const USUAL_LOOK_MS = 100;

/** Tells open streams when to look again. */
export interface Wakes {
  /** Number of changes of a contract that were told so far. */
  readonly changesOf: (grantId: string) => number;
  /** Calls with each change of a contract; returns what ends that. */
  onGrant(grantId: string, listener: () => void): () => void;
  /** Number of the latest change of records that was seen; another one than before: look again. */
  readonly seen: () => number;
  /** Calls when records changed; while anyone listens, the store is asked now and then. */
  onRecords(listener: () => void): () => void;
  readonly closing: AbortSignal;
  close(): void;
}

/**
 * One look at the store serves all streams: imports write past the core's own thread, so nothing tells of each commit. The
 * pause grows with how long a look takes.
 */
export function createWakes({
  grants,
  store,
  onFault,
  lookEveryMs = USUAL_LOOK_MS,
}: Pick<GateOptions, 'grants' | 'store' | 'onFault' | 'lookEveryMs'>): Wakes {
  const counts = new Map<string, number>();
  const grantListeners = new Map<string, Set<() => void>>();
  const recordListeners = new Set<() => void>();
  const closing = new AbortController();
  let head = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = grants.onChange((grantId) => {
    counts.set(grantId, (counts.get(grantId) ?? 0) + 1);
    for (const listener of grantListeners.get(grantId) ?? []) listener();
  });

  function lookLater(ms: number): void {
    if (timer !== undefined || recordListeners.size === 0 || closing.signal.aborted) return;
    timer = setTimeout(() => void look(), ms);
  }

  async function look(): Promise<void> {
    const started = performance.now();
    try {
      const now = await store.read('gate.head', {});
      if (now !== head) {
        head = now;
        for (const listener of recordListeners) listener();
      }
    } catch (error) {
      if (!closing.signal.aborted) onFault(error);
    }
    timer = undefined;
    lookLater(Math.max(lookEveryMs, 4 * (performance.now() - started)));
  }

  return {
    changesOf: (grantId) => counts.get(grantId) ?? 0,
    onGrant(grantId, listener) {
      const listeners = grantListeners.get(grantId) ?? new Set();
      grantListeners.set(grantId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && grantListeners.get(grantId) === listeners) grantListeners.delete(grantId);
      };
    },
    seen: () => head,
    onRecords(listener) {
      recordListeners.add(listener);
      lookLater(lookEveryMs);
      return () => void recordListeners.delete(listener);
    },
    closing: closing.signal,
    close() {
      stop();
      clearTimeout(timer);
      closing.abort();
    },
  };
}
