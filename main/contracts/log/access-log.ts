import type { LogRow, Store } from '../../store/index.ts';

/** Rows wait this long at most for others, or for a commit that is under way, in milliseconds. */
const LONGEST_WAIT_MS = 5;
const MOST_ROWS = 500;

export interface AccessLog {
  /**
   * Adds a request; resolves when it is on disk. Rows that come together are committed together. `moreSoon`: requests are
   * under way whose rows may join it.
   */
  append(row: LogRow, moreSoon?: boolean): Promise<void>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly row: LogRow;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The log's group commit. What arrives in one turn is one transaction; what arrives while one is being written, the next,
 * begun at its end or after five milliseconds; and while more is to come, all that comes within five milliseconds: each
 * transaction costs the writer, and the readers' caches, as much as many rows.
 */
export function createAccessLog(store: Pick<Store, 'write'>): AccessLog {
  const waiting: Waiting[] = [];
  let writing = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn: ReturnType<typeof setImmediate> | undefined;
  /** A row waits that no other will join. */
  let isLast = false;
  const idle: (() => void)[] = [];

  function commit(): void {
    clearTimeout(timer);
    timer = undefined;
    isLast = false;
    if (waiting.length === 0) return;
    const batch = waiting.splice(0, MOST_ROWS);
    writing++;
    void write(batch).finally(() => {
      writing--;
      if (isLast) commit();
      else if (waiting.length === 0 && writing === 0) for (const resolve of idle.splice(0)) resolve();
    });
    if (waiting.length > 0) commit();
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      await store.write(
        'contracts.log',
        batch.map(({ row }) => row),
      );
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      // One row that can't be kept must not fail the others.
      else for (const one of batch) await write([one]);
    }
  }

  return {
    append(row, moreSoon = false) {
      return new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        isLast ||= !moreSoon;
        if (writing > 0 || moreSoon) timer ??= setTimeout(commit, LONGEST_WAIT_MS);
        else
          turn ??= setImmediate(() => {
            turn = undefined;
            commit();
          });
      });
    },
    async idle() {
      if (waiting.length === 0 && writing === 0) return;
      await new Promise<void>((resolve) => {
        idle.push(resolve);
      });
    },
  };
}
