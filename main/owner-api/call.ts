import type { z } from 'zod';
import type { ROUTES, RouteName } from '../../protocol/owner/routes.ts';

type RouteOf<N extends RouteName> = (typeof ROUTES)[N];
type Parsed<N extends RouteName, Part extends 'params' | 'query' | 'body'> =
  RouteOf<N> extends { readonly [K in Part]: infer S }
    ? S extends z.ZodType
      ? z.output<S>
      : AsyncIterable<Uint8Array>
    : unknown;

/** A request that passed transport, session and schemas. `signal` aborts when the client leaves or the time is up. */
export interface Call<N extends RouteName> {
  readonly params: Parsed<N, 'params'>;
  readonly query: Parsed<N, 'query'>;
  readonly body: Parsed<N, 'body'>;
  readonly signal: AbortSignal;
}

type Answer<N extends RouteName> =
  RouteOf<N> extends { line: infer S extends z.ZodType }
    ? AsyncIterable<z.input<S>>
    : RouteOf<N> extends { answer: infer S extends z.ZodType }
      ? z.input<S>
      : never;

/** What answers a route; it throws a LockerError for everything else than its answer. */
export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Answer<N>>;

/** One handler per route of the table. */
export type Handlers = { readonly [N in RouteName]: Handler<N> };

interface AnyCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly signal: AbortSignal;
}
interface AnyRoute {
  /** A method, so that handlers with narrower calls fit: Fastify has parsed the call by the route's own schemas. */
  handle(call: AnyCall): Promise<unknown>;
}
/** A handler whose types are checked by its route's schemas at run time. */
export type AnyHandler = AnyRoute['handle'];
