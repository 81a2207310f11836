/** Requests under a contract: a DPoP proof on each, new tokens when they are old, changes as a stream. */
import { generateProof } from 'dpop';
import { ContractOver, refresh, type Place, type Tokens } from './contract.ts';
import { eventsOf } from './events.ts';

export interface Fields {
  readonly [name: string]: unknown;
}
export interface Item {
  readonly id: string;
  readonly fields: Fields;
}
export type Change =
  | { readonly kind: 'put'; readonly id: string; readonly fields: Fields }
  | { readonly kind: 'remove'; readonly id: string };
interface Page {
  readonly changes: readonly Change[];
  readonly cursor: string;
}

/** The contract as it is now: the owner may have narrowed what was asked for. */
export interface Contract {
  readonly grant_id: string;
  readonly state: string;
  readonly revision: number;
  readonly authorization_details: readonly {
    readonly clause_id: string;
    readonly actions: readonly string[];
    readonly fields: readonly string[];
    readonly window: { readonly since?: string; readonly until?: string; readonly rolling?: string };
  }[];
}

/** What the locker said no to: a stable code, and a sentence that a person may read. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;

  constructor(status: number, problem: { code?: string; title?: string; detail?: string }) {
    super(problem.title ?? `status ${status}`);
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.detail = problem.detail ?? '';
  }
}

/** One request and its answer, for whoever wants to see what is exchanged. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

export interface Powers {
  /** Tokens were renewed: keep these, forget those before. */
  readonly keep: (tokens: Tokens) => Promise<void>;
  /** The contract has another revision than before. */
  readonly revised: (revision: number) => void;
  readonly exchanged: (exchange: Exchange) => void;
}

export interface Locker {
  contract(): Promise<Contract>;
  /** All records of a clause, page by page. */
  list(datatype: string, clause: string): Promise<Item[]>;
  append(datatype: string, clause: string, key: string, fields: Fields): Promise<void>;
  /** Changes since `cursor`, live. Ends when the locker ends it; throws as requests do. */
  changes(clause: string, cursor: string | null, signal: AbortSignal): AsyncGenerator<Page>;
  giveBack(): Promise<void>;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export function openLocker(place: Place, first: Tokens, { keep, revised, exchanged }: Powers): Locker {
  let tokens = first;
  let nonce: string | undefined;
  let revision: number | null = null;
  let renewing: Promise<void> | null = null;

  /** Requests that find the token too old at the same time wait for the same new one: a refresh token works once. */
  function renew(old: string): Promise<void> {
    if (tokens.accessToken !== old) return Promise.resolve();
    renewing ??= refresh(place, tokens)
      .then(async (fresh) => {
        await keep(fresh);
        tokens = fresh;
      })
      .finally(() => (renewing = null));
    return renewing;
  }

  async function once(method: string, path: string, { body, headers, signal }: Sent): Promise<Response> {
    const url = new URL(path, place.locker);
    const { accessToken, keys } = tokens;
    const response = await fetch(url, {
      method,
      cache: 'no-store',
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        authorization: `DPoP ${accessToken}`,
        dpop: await generateProof(keys, url.origin + url.pathname, method, nonce, accessToken),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    nonce = response.headers.get('dpop-nonce') ?? nonce;
    return response;
  }

  /** Sends until it is answered or refused for good: a nonce is taken over once, a token renewed once. */
  async function send(method: string, path: string, sent: Sent = {}): Promise<Response> {
    let may = { nonce: true, renew: true };
    for (;;) {
      const used = tokens.accessToken;
      const response = await once(method, path, sent);
      const seen = response.headers.get('grant-revision');
      if (seen !== null && Number(seen) !== revision) {
        const before = revision;
        revision = Number(seen);
        if (before !== null) revised(revision);
      }
      if (response.ok) return response;
      const text = await response.text();
      exchanged({ method, path, status: response.status, body: text });
      const challenge = response.headers.get('www-authenticate') ?? '';
      if (response.status === 401 && challenge.includes('use_dpop_nonce') && may.nonce) {
        may = { ...may, nonce: false };
      } else if (response.status === 401 && may.renew) {
        may = { nonce: true, renew: false };
        await renew(used);
      } else if (response.status === 401) {
        throw new ContractOver();
      } else {
        throw new Refused(response.status, text === '' ? {} : JSON.parse(text));
      }
    }
  }

  async function read<T>(method: string, path: string, sent?: Sent): Promise<T> {
    const response = await send(method, path, sent);
    const body = await response.text();
    exchanged({ method, path, status: response.status, body });
    return JSON.parse(body === '' ? 'null' : body);
  }

  return {
    contract: () => read<Contract>('GET', `/grants/${tokens.grantId}`),
    async list(datatype, clause) {
      const items: Item[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query = new URLSearchParams({ clause, limit: '200', ...(cursor === '' ? {} : { cursor }) });
        const page: { items: Item[]; next: string | null } = await read(
          'GET',
          `/v1/records/${datatype}?${query.toString()}`,
        );
        items.push(...page.items);
        cursor = page.next;
      }
      return items;
    },
    async append(datatype, clause, key, fields) {
      await read('POST', `/v1/records/${datatype}?clause=${clause}`, {
        body: { records: [{ key, fields }] },
        // The same key twice is the same request: safe to send again after a lost answer.
        headers: { 'idempotency-key': key },
      });
    },
    async *changes(clause, cursor, signal) {
      const path = `/v1/changes?clause=${clause}`;
      const response = await send('GET', path, {
        headers: { accept: 'text/event-stream', ...(cursor === null ? {} : { 'last-event-id': cursor }) },
        signal,
      });
      exchanged({ method: 'GET', path, status: response.status, body: '(a stream)' });
      if (response.body === null) return;
      for await (const { event, data } of eventsOf(response.body)) {
        exchanged({ method: 'GET', path, status: response.status, body: data });
        if (event === 'changes') yield JSON.parse(data);
        if (event === 'end') throw new Refused(0, JSON.parse(data));
      }
    },
    async giveBack() {
      await read('DELETE', `/grants/${tokens.grantId}`);
    },
  };
}
