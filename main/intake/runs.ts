import type { ImportRun } from '../../protocol/owner/sources.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { Store } from '../store/index.ts';

/** Between two notes in the store of how far a run is. */
const NOTE_MS = 2000;

/** The import runs of this process, live; older ones are read from the store. */
export class Runs {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #live = new Map<string, { run: ImportRun; noted: number }>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #recovered: Promise<void> | undefined;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Runs that a crash cut short are told as stopped. */
  recover(): Promise<void> {
    this.#recovered ??= this.#endInterrupted();
    return this.#recovered;
  }

  async begin(run: ImportRun): Promise<void> {
    await this.recover();
    await this.#store.write('records.createRun', run);
    this.#live.set(run.id, { run, noted: this.#now() });
  }

  /** Changes a live run; the end of one is on disk when this resolves. */
  async change(id: string, changes: Partial<ImportRun>): Promise<void> {
    const live = this.#live.get(id);
    if (live === undefined) return;
    live.run = { ...live.run, ...changes };
    const hasEnded = isEnded(live.run);
    if (hasEnded || this.#now() - live.noted >= NOTE_MS) {
      live.noted = this.#now();
      await this.#store.write('records.updateRun', live.run);
    }
    if (hasEnded) this.#live.delete(id);
    for (const listener of this.#listeners.get(id) ?? []) listener();
  }

  async all(): Promise<ImportRun[]> {
    await this.recover();
    const stored = await this.#store.read('records.runs', {});
    return stored.map((run) => this.#live.get(run.id)?.run ?? run);
  }

  /** Throws import_not_found. */
  async get(id: string): Promise<ImportRun> {
    await this.recover();
    const run = this.#live.get(id)?.run ?? (await this.#store.read('records.run', { id }));
    if (run === null) throw new LockerError('import_not_found');
    return run;
  }

  /** Writes a run that is no longer live. */
  async mark(run: ImportRun): Promise<void> {
    await this.#store.write('records.updateRun', run);
  }

  isLive(id: string): boolean {
    return this.#live.has(id);
  }

  /** The run now, and again after each change until it has ended. Slow readers skip what came between. */
  async *watch(id: string): AsyncGenerator<ImportRun> {
    let changes = 0;
    let wake: () => void = () => undefined;
    const listener = (): void => {
      changes++;
      wake();
    };
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    try {
      for (;;) {
        const seen = changes;
        const run = await this.get(id);
        yield run;
        if (isEnded(run)) return;
        if (changes === seen) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    }
  }

  async #endInterrupted(): Promise<void> {
    for (const run of await this.#store.read('records.runs', {})) {
      if (isEnded(run)) continue;
      const ended: ImportRun = {
        ...run,
        state: 'failed',
        problem: 'import_failed',
        endedAt: this.#now(),
        leftMs: null,
      };
      await this.#store.write('records.updateRun', ended);
    }
  }
}

export function isEnded(run: ImportRun): boolean {
  return run.state !== 'waiting' && run.state !== 'running';
}
