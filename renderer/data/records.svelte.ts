import type { z } from 'zod';
import type { RecordQuery, RecordRow } from '../../protocol/owner/data.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { isAbort, type Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';

type Query = z.input<typeof RecordQuery>;

/** A list of records that grows downwards; a new search gives up the one before. */
export class RecordsState {
  items = $state.raw<readonly RecordRow[]>([]);
  next = $state<string | null>(null);
  loading = $state(false);
  problem = $state<string | null>(null);
  #query: Query = {};
  #abort = new AbortController();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async search(query: Query): Promise<void> {
    this.#query = query;
    await this.#load(null);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#load(this.next);
  }

  /** The same search again, from its start. */
  async again(): Promise<void> {
    await this.#load(null);
  }

  change(row: RecordRow): void {
    this.items = this.items.map((old) => (old.id === row.id ? row : old));
  }

  remove(ids: ReadonlySet<string>): void {
    this.items = this.items.filter((row) => !ids.has(row.id));
  }

  async #load(cursor: string | null): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    try {
      const query = cursor === null ? this.#query : { ...this.#query, cursor };
      const page = await this.#client.call(ROUTES.records, { query }, { signal: abort.signal });
      if (abort.signal.aborted) return;
      this.items = cursor === null ? page.items : [...this.items, ...page.items];
      this.next = page.next;
      this.problem = null;
    } catch (error) {
      if (!isAbort(error) && !abort.signal.aborted) this.problem = sayError(error);
    } finally {
      if (this.#abort === abort) this.loading = false;
    }
  }
}
