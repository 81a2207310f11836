import { ROUTES } from '../../protocol/owner/routes.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import { isAbort, type Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';
import type { Chosen } from './dropped.ts';
import { uploadAndImport } from './upload.ts';

/** Files on their way into the locker. */
export interface Sending {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly problem: string | null;
}

/** Runs that are still going. */
export function isGoing(run: ImportRun): boolean {
  return run.state === 'waiting' || run.state === 'running';
}

/** A look at a followed feed that found nothing: there are many, and they say little. */
export function isQuiet({ report, state }: ImportRun): boolean {
  return report.kind === 'feed' && state === 'done' && report.added === 0 && report.changed === 0;
}

/** What is being brought in, and what was: goes on while other screens are looked at. */
export class ImportsState {
  runs = $state.raw<readonly ImportRun[]>([]);
  sending = $state.raw<readonly Sending[]>([]);
  readonly going = $derived(this.runs.some(isGoing) || this.sending.length > 0);
  /** Told when a run has ended. */
  onend: (run: ImportRun) => void = () => undefined;
  readonly #client: Client;
  readonly #followed = new Set<string>();
  readonly #stops = new Map<number, AbortController>();
  #next = 1;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const { items } = await this.#client.call(ROUTES.imports, {});
    this.runs = items;
    for (const run of items) if (isGoing(run)) void this.#follow(run.id);
  }

  async bring(chosen: Chosen): Promise<void> {
    if (chosen.files.length === 0) return;
    const id = this.#next++;
    const stop = new AbortController();
    this.#stops.set(id, stop);
    const bytes = chosen.files.reduce((sum, { file }) => sum + file.size, 0);
    this.sending = [...this.sending, { id, name: chosen.name, bytes, sent: 0, problem: null }];
    try {
      const run = await uploadAndImport(this.#client, chosen, (sent) => this.#change(id, { sent }), stop.signal);
      this.drop(id);
      await this.load();
      await this.#follow(run);
    } catch (error) {
      if (isAbort(error)) this.drop(id);
      else this.#change(id, { problem: sayError(error) });
    } finally {
      this.#stops.delete(id);
    }
  }

  /** Ends a transfer, or puts away its error. */
  drop(id: number): void {
    this.#stops.get(id)?.abort();
    this.sending = this.sending.filter((one) => one.id !== id);
  }

  async cancel(id: string): Promise<void> {
    await this.#client.call(ROUTES.cancelImport, { params: { id } });
    await this.load();
  }

  async undo(id: string): Promise<{ removed: number; kept: number }> {
    const undone = await this.#client.call(ROUTES.undoImport, { params: { id } });
    await this.load();
    return undone;
  }

  forget(): void {
    for (const stop of this.#stops.values()) stop.abort();
    this.runs = [];
    this.sending = [];
  }

  #change(id: number, changes: Partial<Sending>): void {
    this.sending = this.sending.map((one) => (one.id === id ? { ...one, ...changes } : one));
  }

  async #follow(id: string): Promise<void> {
    if (this.#followed.has(id)) return;
    this.#followed.add(id);
    try {
      let last: ImportRun | null = null;
      for await (const run of this.#client.lines(ROUTES.importProgress, { params: { id } })) {
        last = run;
        this.runs = this.runs.map((old) => (old.id === id ? run : old));
      }
      if (last === null || isGoing(last)) last = await this.#client.call(ROUTES.importRun, { params: { id } });
      const ended = last;
      this.runs = this.runs.map((old) => (old.id === id ? ended : old));
      this.onend(ended);
    } catch {
      // The list shows the state at the next look; a broken stream is no news for the owner.
    } finally {
      this.#followed.delete(id);
    }
  }
}
