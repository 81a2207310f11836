import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { z } from 'zod';
import { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { LockerError } from '../../../protocol/errors.ts';
import { ClauseId } from '../../../protocol/service/records.ts';
import type { Caller, RefusedRequest, ServiceAccess } from '../../contracts/index.ts';
import { patienceOf, publicError, requireContentType } from '../../http/index.ts';
import type { Authenticate, Authenticated } from '../proof/authenticate.ts';
import type { Nonces } from '../proof/nonces.ts';
import { PROBLEMS } from './problems.ts';

const Nothing = z.strictObject({});
const JSON_TYPE = 'application/json';

export const Unchanged = z.undefined().describe('Unchanged: `If-None-Match` named the current ETag.');

/** What routes that need a token are given. */
export interface Guarded {
  readonly access: ServiceAccess;
  readonly authenticate: Authenticate;
  readonly nonces: Nonces;
}

interface TypedAnswer {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>;
}

interface RouteShape<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly method: Extract<HTTPMethods, 'GET' | 'POST' | 'PATCH' | 'DELETE'>;
  readonly url: string;
  readonly summary: string;
  readonly tag: string;
  /** What the log calls it where it is refused before it comes to the gate. */
  readonly action: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly headers?: z.ZodType;
  /** By status; what is not JSON is described in words, what is of several types comes with them. */
  readonly answers: Readonly<Record<string, z.ZodType | TypedAnswer>>;
  /** True for streams, which end by their contract or their client. */
  readonly isStream?: boolean;
}

/** A request whose token and proof held and whose parts have the expected shapes. */
export interface ServiceCall<P, Q, B> {
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Refuses it before it comes to the gate. */
  readonly refuse: (error: LockerError) => never;
}

const Parts = z.record(z.string(), z.unknown()).catch({});
const Named = z.object({ clause: ClauseId.nullable().catch(null), datatype: AnyDatatype.nullable().catch(null) });

/** What a request names, where its parts may be of any shape. */
function namedBy({ query, params }: FastifyRequest): Omit<RefusedRequest, 'action'> {
  return Named.parse({ clause: null, datatype: null, ...Parts.parse(query), ...Parts.parse(params) });
}

/** Registers a route that only a contract in force may use: content type, then token and proof, then shapes, then `handle`. */
export function guardedRoute<
  P extends z.ZodType = typeof Nothing,
  Q extends z.ZodType = typeof Nothing,
  B extends z.ZodType = z.ZodUndefined,
>(
  app: FastifyInstance,
  { access, authenticate, nonces }: Guarded,
  shape: RouteShape<P, Q, B>,
  handle: (call: ServiceCall<z.output<P>, z.output<Q>, z.output<B>>) => Promise<FastifyReply>,
): void {
  const callers = new WeakMap<FastifyRequest, Authenticated>();
  /** Requests that the gate answers, or refuses and writes down itself. */
  const atGate = new WeakSet<FastifyRequest>();
  const { params = Nothing, query = Nothing, body, headers } = shape;
  // Checked by the route's own schemas before the handler runs; these only name the types.
  const Params = z.custom<z.output<P>>();
  const Query = z.custom<z.output<Q>>();
  const Body = z.custom<z.output<B>>();
  /** Fastify waits for it and goes on with what it throws: that answers. */
  const noteRefused = (error: FastifyError, request: FastifyRequest): unknown => thrown(error, request);
  async function thrown(error: FastifyError, request: FastifyRequest): Promise<never> {
    const who = callers.get(request);
    if (who !== undefined && !atGate.has(request)) {
      const caller = { grantId: who.grantId, clientId: who.clientId, signal: patienceOf(request) };
      await access.noteRefused(caller, { action: shape.action, ...namedBy(request) }, publicError(error));
    }
    throw error;
  }
  app.route({
    method: shape.method,
    url: shape.url,
    schema: {
      summary: shape.summary,
      tags: [shape.tag],
      security: [{ dpop: [] }],
      params,
      querystring: query,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      response: { ...shape.answers, ...PROBLEMS },
    },
    ...(shape.isStream === true ? { config: { deadlineMs: null } } : {}),
    onRequest: async (request, reply) => {
      requireContentType(request.raw, body === undefined ? null : JSON_TYPE);
      const caller = await authenticate(request.raw);
      if (caller.nonceIsOld) void reply.header('dpop-nonce', nonces.current());
      callers.set(request, caller);
    },
    errorHandler: noteRefused,
    handler: async (request, reply) => {
      const who = callers.get(request);
      if (who === undefined) throw new Error('a request without a caller');
      const { grantId, clientId } = who;
      atGate.add(request);
      return handle({
        caller: { grantId, clientId, signal: patienceOf(request) },
        refuse: (error) => {
          atGate.delete(request);
          throw error;
        },
        params: Params.parse(request.params),
        query: Query.parse(request.query),
        body: Body.parse(request.body),
        request,
        reply,
      });
    },
  });
}
