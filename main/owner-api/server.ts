import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { createJsonServer } from '../http/index.ts';
import type { Handlers } from './call.ts';
import { STREAM_TYPE, registerRoutes, unrouted, type SessionCheck } from './register.ts';
import { registerScreens } from './screens.ts';

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
export async function createServer({
  handlers,
  sessions,
  isLocal,
  screens,
  onFault,
}: ServerOptions): Promise<FastifyInstance> {
  const app = createJsonServer({ unrouted, onFault });
  app.addContentTypeParser(STREAM_TYPE, (_request, payload, done) => done(null, payload));
  registerRoutes(app, handlers, sessions, isLocal);
  registerScreens(app, screens);
  await app.ready();
  return app;
}
