import type { Store } from '../../store/index.ts';

/** So many in a row tell the owner (SECURITY.md, Tokens), and not again for an hour. */
const IN_A_ROW = 5;
const WARN_EVERY_MS = 60 * 60_000;
const FLUSH_MS = 60_000;
const MOST_CLIENTS = 500;

/** Requests whose token or proof did not hold: counted by minute, and told to the owner when one service piles them up. */
export interface BadTokens extends AsyncDisposable {
  bad(clientId: string | null): void;
  good(clientId: string): void;
}

export interface BadTokensOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

interface Row {
  inARow: number;
  warned: number;
}

export function createBadTokens({ store, now, onFault }: BadTokensOptions): BadTokens {
  const rows = new Map<string, Row>();
  /** By client; the empty text: not known whose. */
  let counts = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: Promise<void> = Promise.resolve();

  async function serviceOf(clientId: string): Promise<string | null> {
    if (clientId === '') return null;
    return (await store.read('contracts.serviceOf', { clientId }))?.id ?? null;
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const counted = counts;
    counts = new Map();
    if (counted.size === 0) return;
    const at = now();
    const list = await Promise.all(
      [...counted].map(async ([clientId, count]) => ({ at, service: await serviceOf(clientId), count })),
    );
    await store.write('logins.refuseTokens', list);
  }

  async function warn(clientId: string): Promise<void> {
    const service = await serviceOf(clientId);
    if (service !== null) await store.write('contracts.warn', { service, code: 'bad_tokens', at: now() });
  }

  function soon(work: () => Promise<void>): void {
    last = last.then(work).catch(onFault);
  }

  return {
    bad(clientId) {
      const name = clientId !== null && (counts.has(clientId) || counts.size < MOST_CLIENTS) ? clientId : '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      timer ??= setTimeout(() => soon(flush), FLUSH_MS).unref();
      if (clientId === null) return;
      const row = rows.get(clientId) ?? { inARow: 0, warned: -Infinity };
      row.inARow++;
      if (rows.size < MOST_CLIENTS) rows.set(clientId, row);
      if (row.inARow >= IN_A_ROW && row.warned <= now() - WARN_EVERY_MS) {
        row.warned = now();
        soon(() => warn(clientId));
      }
    },
    good(clientId) {
      const row = rows.get(clientId);
      if (row !== undefined) row.inARow = 0;
    },
    async [Symbol.asyncDispose]() {
      soon(flush);
      await last;
    },
  };
}
