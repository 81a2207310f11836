import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { Problem, ROUTES, type Route, type RouteName } from '../../protocol/owner/routes.ts';
import { patienceOf, requireContentType } from '../http/index.ts';
import type { AnyHandler, Handlers } from './call.ts';
import { linesOf } from './lines.ts';

export const STREAM_TYPE = 'application/octet-stream';
const JSON_TYPE = 'application/json';
/** The longest timer there is. */
const NEVER_MS = 2 ** 31 - 1;
/** Work whose length depends on the owner's data; all other routes have the server's deadline. */
const SLOW_MS: Partial<Record<RouteName, number>> = {
  // Opening may bring an older store to the current version, with a backup first.
  openSession: 15 * 60_000,
  recover: 15 * 60_000,
  undoImport: 15 * 60_000,
  pollSubscription: 2 * 60_000,
  previewLabels: 2 * 60_000,
  subscribeLabels: 2 * 60_000,
  renewLabels: 2 * 60_000,
  pollLabels: 2 * 60_000,
  makeFeed: 60_000,
  // Each asks a repository for several files.
  addRepository: 5 * 60_000,
  refreshRepository: 5 * 60_000,
  packagePage: 5 * 60_000,
  installPackage: 5 * 60_000,
  feedVerify: 2 * 60_000,
  replay: 5 * 60_000,
  feedHealth: 5 * 60_000,
  trial: 2 * 60_000,
  // Fetches the package, as `packagePage` does.
  compareUpdate: 5 * 60_000,
  verifyActivity: 15 * 60_000,
};
/** Requests that screens make by themselves; they don't count as use, so the screen still locks. */
const PASSIVE: ReadonlySet<RouteName> = new Set([
  'feedNew',
  'imports',
  'importRun',
  'importProgress',
  'accessRequests',
  'watchRequests',
]);
/** Streams whose last line, said again in a silence, would be taken for another one. */
const UNREPEATED: ReadonlySet<RouteName> = new Set(['exportActivity', 'exportRecords']);
const Nothing = z.strictObject({});

/** Paths of this machine's files: for the command line and the desktop's window, never for a page in a browser. */
const LOCAL_ONLY: ReadonlySet<RouteName> = new Set(['importPath', 'lookAtFolder', 'addFolder']);

export interface SessionCheck {
  check(token: string, use: boolean): boolean;
}

function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(ROUTES, name);
}

const ROUTE_NAMES: readonly RouteName[] = Object.keys(ROUTES).filter(isRouteName);

function bodyType({ body }: Route): string | null {
  if (body === undefined) return null;
  return body === 'stream' ? STREAM_TYPE : JSON_TYPE;
}

function requireSession(request: FastifyRequest, sessions: SessionCheck, use: boolean): void {
  const [, token] = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined || !sessions.check(token, use)) throw new LockerError('unauthenticated');
}

function bodyOf(route: Route, request: FastifyRequest): unknown {
  if (route.body !== 'stream') return request.body;
  // Without a body there is no content type and so no parser.
  return request.body ?? Readable.from([]);
}

function schemaOf(route: Route): Record<string, unknown> {
  return {
    params: route.params ?? Nothing,
    querystring: route.query ?? Nothing,
    ...(route.body === undefined || route.body === 'stream' ? {} : { body: route.body }),
    ...(route.answer === 'ndjson' ? {} : { response: { 200: route.answer, '4xx': Problem, '5xx': Problem } }),
  };
}

/** Throws at start where a route of the table has no handler or lacks a schema. */
function bootCheck(handlers: Readonly<Record<string, unknown>>): void {
  for (const name of ROUTE_NAMES) {
    const route: Route = ROUTES[name];
    const needsBody = route.method === 'POST' || route.method === 'PUT' || route.method === 'PATCH';
    const missing =
      typeof handlers[name] !== 'function'
        ? 'handler'
        : needsBody && route.body === undefined
          ? 'body schema'
          : route.path.includes(':') && route.params === undefined
            ? 'params schema'
            : route.answer === 'ndjson' && route.line === undefined
              ? 'line schema'
              : null;
    if (missing !== null) throw new LockerError('internal', { detail: `${name} has no ${missing}` });
  }
}

/** Registers every route of the table with its schemas, its content type, its session rule and its handler. */
export function registerRoutes(
  app: FastifyInstance,
  handlers: Handlers,
  sessions: SessionCheck,
  isLocal: (request: IncomingMessage) => boolean,
): void {
  bootCheck(handlers);
  const any: Readonly<Record<RouteName, AnyHandler>> = handlers;
  for (const name of ROUTE_NAMES) {
    const route: Route = ROUTES[name];
    const handle = any[name];
    const streams = route.body === 'stream' || route.answer === 'ndjson';
    // Streams end by their run or their client.
    const deadlineMs = streams ? null : SLOW_MS[name];
    app.route({
      method: route.method,
      url: route.path,
      schema: schemaOf(route),
      ...(deadlineMs === undefined ? {} : { config: { deadlineMs } }),
      ...(route.body === 'stream' ? { bodyLimit: Number.MAX_SAFE_INTEGER } : {}),
      onRequest: async (request) => {
        if (LOCAL_ONLY.has(name) && !isLocal(request.raw)) throw new LockerError('not_found');
        requireContentType(request.raw, bodyType(route));
        if (route.auth === 'owner') requireSession(request, sessions, !PASSIVE.has(name));
      },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const { params, query } = request;
        const answer = await handle({ params, query, body: bodyOf(route, request), signal: patienceOf(request) });
        if (route.answer !== 'ndjson' || route.line === undefined) return answer;
        return reply
          .type('application/x-ndjson')
          .send(linesOf(answer, route.line, UNREPEATED.has(name) ? NEVER_MS : undefined));
      },
    });
  }
}

interface Pattern {
  readonly method: string;
  readonly pattern: RegExp;
}

const PATTERNS: readonly Pattern[] = ROUTE_NAMES.map((name) => {
  const { method, path } = ROUTES[name];
  return { method, pattern: new RegExp(`^${path.replaceAll(/:[a-z]+/g, '[^/]+')}$`) };
});

/** What a request that no route took gets: `method_not_allowed` with the methods there are, or `not_found`. */
export function unrouted(url: string): LockerError {
  const [path = ''] = url.split('?', 1);
  const methods = path.startsWith('/owner/') || path === '/owner' ? [] : ['GET'];
  for (const { method, pattern } of PATTERNS) if (pattern.test(path)) methods.push(method);
  if (methods.length === 0) return new LockerError('not_found');
  return new LockerError('method_not_allowed', { detail: [...new Set(methods)].join(', ') });
}
