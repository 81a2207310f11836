import { SERVICE_ROUTES } from '../../protocol/owner/service-routes.ts';
import type { ActivityItem, DayUse } from '../../protocol/owner/services.ts';
import { isAbort, type Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';
import { activityQuery, type ActivityFilters } from './filters.ts';

/** What happened, page by page; a new question gives up the one before. */
export class ActivityState {
  items = $state.raw<readonly ActivityItem[]>([]);
  days = $state.raw<readonly DayUse[]>([]);
  next = $state<string | null>(null);
  known = $state(false);
  busy = $state(false);
  problem = $state<string | null>(null);
  readonly #client: Client;
  #running: AbortController | null = null;
  #query: ReturnType<typeof activityQuery> = {};

  constructor(client: Client) {
    this.#client = client;
  }

  search(filters: ActivityFilters, timeZone: string): Promise<void> {
    this.#query = activityQuery(filters, timeZone);
    return this.#load(null);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.busy) await this.#load(this.next);
  }

  async #load(cursor: string | null): Promise<void> {
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    this.busy = true;
    try {
      const query = cursor === null ? this.#query : { ...this.#query, cursor };
      const page = await this.#client.call(SERVICE_ROUTES.activity, { query }, { signal: mine.signal });
      this.items = cursor === null ? page.items : [...this.items, ...page.items];
      if (cursor === null) this.days = page.days;
      this.next = page.next;
      this.known = true;
      this.problem = null;
    } catch (error) {
      if (!isAbort(error)) this.problem = sayError(error);
    } finally {
      if (this.#running === mine) this.busy = false;
    }
  }
}
