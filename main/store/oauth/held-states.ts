import type { KeptState } from './oauth-operations.ts';

/** More than are in use at the same time; then all are read anew. */
const MOST = 2000;

/** What the OAuth server keeps, held in memory from one change of the store to the next. */
export interface HeldStates {
  /** As the operation `oauth.find`. */
  find(asked: { readonly key: string; readonly now: number }): Promise<KeptState | null>;
  /** Runs a write, after which nothing is held that was read before its end. */
  changing<T>(write: () => Promise<T>): Promise<T>;
}

/**
 * A token is looked up on every request, without asking the reader each time (docs/decisions/0020-cost-of-a-gated-read.md). The
 * core alone writes, so it knows when what it holds may be past: at every write that is not known to leave it alone, before
 * whoever asked for the write hears that it is done. Nothing is held of what is not there.
 */
export function createHeldStates(read: HeldStates['find']): HeldStates {
  const held = new Map<string, KeptState>();
  let changes = 0;

  function forget(): void {
    changes++;
    held.clear();
  }

  return {
    async find(asked) {
      const known = held.get(asked.key);
      if (known !== undefined) return known.expires > asked.now ? known : null;
      const before = changes;
      const found = await read(asked);
      if (held.size >= MOST) forget();
      // What was read before a change may be what the change has ended.
      if (found !== null && changes === before) held.set(asked.key, found);
      return found;
    },
    async changing(write) {
      try {
        return await write();
      } finally {
        forget();
      }
    },
  };
}
