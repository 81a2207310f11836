import type { z } from 'zod';
import type { Route } from '../../protocol/owner/routes.ts';
import { t } from '../messages/translate.ts';
import { readLines } from './ndjson.ts';
import { ApiError, problemOf } from './problem.ts';

type Part<R extends Route, Key extends 'params' | 'query' | 'body'> = R extends {
  readonly [K in Key]: infer S extends z.ZodType;
}
  ? object extends Omittable<z.input<S>>
    ? { readonly [K in Key]?: z.input<S> }
    : { readonly [K in Key]: z.input<S> }
  : object;
/** An object with no members is as good as none. */
type Omittable<I> = string extends keyof I ? object : I;
/** What a call of the route takes: its params, query and body. */
export type CallInput<R extends Route> = Part<R, 'params'> & Part<R, 'query'> & Part<R, 'body'> & object;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The owner API, typed by its table of routes: `client.call(ROUTES.getMix, {})`. Throws ApiError. */
export interface Client {
  call<R extends Route, A>(
    route: R & { readonly answer: z.ZodType<A> },
    input: CallInput<R>,
    options?: CallOptions,
  ): Promise<A>;
  /** The lines of a streamed answer, parsed; leaving the loop ends the request. */
  lines<R extends Route, A>(
    route: R & { readonly line: z.ZodType<A> },
    input: CallInput<R>,
    options?: CallOptions,
  ): AsyncGenerator<A, void, undefined>;
  /** The answer as it comes, however long, to be kept as a file. */
  file<R extends Route>(route: R, input: CallInput<R>, options?: CallOptions): Promise<Blob>;
  /** Value of the Authorization header, for what `fetch` cannot do (upload progress). */
  authorization(): string | null;
}

export interface ClientPowers {
  readonly fetch: typeof globalThis.fetch;
  /** Session token of this tab; null: none. */
  readonly token: () => string | null;
  /** The server no longer knows the session. */
  readonly onUnauthenticated: () => void;
}

/** 401 codes that answer a wrong secret rather than a missing session. */
const SECRET_CODES: ReadonlySet<string> = new Set(['wrong_passphrase', 'wrong_recovery_code', 'launch_link_used']);

function entriesOf(input: object, key: 'params' | 'query'): [string, string][] {
  const part: unknown = Reflect.get(input, key);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : [],
  );
}

/** Path of a route with its params and query filled in. */
export function addressOf(route: Route, input: object): string {
  const params = new Map(entriesOf(input, 'params'));
  const path = route.path.replace(/:([a-z]+)/g, (_whole, name: string) => encodeURIComponent(params.get(name) ?? ''));
  const query = new URLSearchParams(entriesOf(input, 'query')).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** True for the error of a request that was given up by its caller. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function createClient(powers: ClientPowers): Client {
  async function send(route: Route, input: object, signal: AbortSignal | undefined): Promise<Response> {
    const headers = new Headers({ accept: route.answer === 'ndjson' ? 'application/x-ndjson' : 'application/json' });
    const token = powers.token();
    if (token !== null && route.auth === 'owner') headers.set('authorization', `Bearer ${token}`);
    const init: RequestInit = {
      method: route.method,
      headers,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
    };
    if (route.body !== undefined) {
      const body: unknown = Reflect.get(input, 'body');
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(body ?? {});
    }
    if (signal !== undefined) init.signal = signal;
    const response = await powers.fetch(addressOf(route, input), init).catch((error: unknown) => {
      if (isAbort(error)) throw error;
      throw new ApiError(0, 'unreachable', t('unreachable'));
    });
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (response.status === 401 && route.auth === 'owner' && !SECRET_CODES.has(problem.code))
      powers.onUnauthenticated();
    throw problem;
  }

  return {
    async call(route, input, options) {
      const response = await send(route, input, options?.signal);
      const body: unknown = await response.json();
      const answer = route.answer.safeParse(body);
      if (!answer.success) throw new ApiError(response.status, 'unreadable', t('unreadable'));
      return answer.data;
    },
    async *lines(route, input, options) {
      const abort = new AbortController();
      const outer = options?.signal;
      const response = await send(
        route,
        input,
        outer === undefined ? abort.signal : AbortSignal.any([abort.signal, outer]),
      );
      try {
        if (response.body === null) return;
        for await (const line of readLines(response.body)) yield route.line.parse(line);
      } finally {
        abort.abort();
      }
    },
    async file(route, input, options) {
      const response = await send(route, input, options?.signal);
      return response.blob();
    },
    authorization() {
      const token = powers.token();
      return token === null ? null : `Bearer ${token}`;
    },
  };
}
