import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { PROBLEM_TYPE, problemDocument, problemHeaders, publicError } from '../http/index.ts';
import type { Handlers } from './call.ts';
import { STREAM_TYPE, registerRoutes, unrouted, type SessionCheck } from './register.ts';
import { registerScreens } from './screens.ts';

const BODY_LIMIT = 1024 * 1024;
const HANDLER_MS = 30_000;

export interface ServerOptions {
  readonly handlers: Handlers;
  readonly sessions: SessionCheck;
  /** Whether a request came over a socket or pipe of this user, not over TCP. */
  readonly isLocal: (request: IncomingMessage) => boolean;
  /** Folder of the built screens. */
  readonly screens: string;
  /** Told of every fault that is ours, never with content. */
  readonly onFault: (error: unknown) => void;
}

/** The routes as a Fastify instance that no listener belongs to yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { handlers, sessions, screens, onFault } = options;
  function answer(error: unknown, reply: FastifyReply): FastifyReply {
    const known = publicError(error);
    if (known.status >= 500 && known.code === 'internal') onFault(error);
    // Written here in full: a problem must not depend on a route's answer schema.
    return reply
      .code(known.status)
      .headers(problemHeaders(known))
      .type(PROBLEM_TYPE)
      .serializer((value: unknown) => JSON.stringify(value))
      .send(problemDocument(known));
  }

  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    handlerTimeout: HANDLER_MS,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    frameworkErrors: (error, _request, reply) => void answer(error, reply),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(STREAM_TYPE, (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error: FastifyError, _request, reply) => answer(error, reply));
  app.setNotFoundHandler((request, reply) => answer(unrouted(request.url), reply));
  registerRoutes(app, handlers, sessions, options.isLocal);
  registerScreens(app, screens);
  await app.ready();
  return app;
}
