import { SERVICE_ROUTES } from '../../protocol/owner/service-routes.ts';
import type { AccessRequest } from '../../protocol/owner/services.ts';
import type { Client } from '../api/client.ts';
import { followWaiting } from './follow-waiting.ts';

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Requests that wait for the owner, kept up to date while the screens are open. */
export class Waiting {
  items = $state.raw<readonly AccessRequest[]>([]);
  /** The list was fetched at least once. */
  known = $state(false);
  /** Counts the times that something changed, for screens that show services. */
  changes = $state(0);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Starts to follow; returns what ends it. */
  watch(): () => void {
    const abort = new AbortController();
    const client = this.#client;
    void followWaiting({
      signal: abort.signal,
      wait: pause,
      watch: async function* (signal) {
        for await (const { waiting } of client.lines(SERVICE_ROUTES.watchRequests, {}, { signal })) yield waiting;
      },
      onwaiting: () => void this.refresh().catch(() => undefined),
    });
    return () => abort.abort();
  }

  async refresh(): Promise<void> {
    const { items } = await this.#client.call(SERVICE_ROUTES.accessRequests, {});
    const before = this.items.map((item) => item.id).join(' ');
    this.items = items;
    this.known = true;
    if (items.map((item) => item.id).join(' ') !== before) this.changes += 1;
  }

  forget(): void {
    this.items = [];
    this.known = false;
  }
}
