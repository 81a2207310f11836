import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { LockerError } from '../../protocol/errors.ts';
import { addPatience } from './patience.ts';
import { PROBLEM_TYPE, problemDocument, problemHeaders, publicError } from './problem.ts';

const BODY_LIMIT = 1024 * 1024;
const HANDLER_MS = 30_000;

export interface JsonServerOptions {
  /** What a request that no route took gets. */
  readonly unrouted: (url: string) => LockerError;
  /** Headers besides those that every problem of a code has. */
  readonly headersFor?: (error: LockerError) => Readonly<Record<string, string>>;
  /** Told of every fault that is ours, never with content. */
  readonly onFault: (error: unknown) => void;
}

/** Fastify with the limits, schemas and problem documents that all routes share; it belongs to no listener yet. */
export function createJsonServer({ unrouted, headersFor, onFault }: JsonServerOptions): FastifyInstance {
  function answer(error: unknown, reply: FastifyReply): FastifyReply {
    const known = publicError(error);
    if (known.status >= 500 && known.code === 'internal') onFault(error);
    // Written here in full: a problem must not depend on a route's answer schema.
    return reply
      .code(known.status)
      .headers({ ...problemHeaders(known), ...headersFor?.(known) })
      .type(PROBLEM_TYPE)
      .serializer((value: unknown) => JSON.stringify(value))
      .send(problemDocument(known));
  }

  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    frameworkErrors: (error, _request, reply) => void answer(error, reply),
  });
  addPatience(app, HANDLER_MS, (error, reply) => void answer(error, reply));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error: FastifyError, _request, reply) => answer(error, reply));
  app.setNotFoundHandler((request, reply) => answer(unrouted(request.url), reply));
  return app;
}
