import type { FastifyInstance } from 'fastify';
import { LockerError } from '../../protocol/errors.ts';
import { createJsonServer } from '../http/index.ts';
import { Unauthenticated } from './proof/authenticate.ts';
import { registerChanges } from './routes/changes.ts';
import { registerDiscovery, RESOURCE_METADATA_PATH } from './routes/discovery.ts';
import { registerErasure, type ErasureAnswered } from './routes/erasure.ts';
import { registerGrants } from './routes/grants.ts';
import type { Guarded } from './routes/guarded.ts';
import { registerMedia } from './routes/media.ts';
import { registerRecords } from './routes/records.ts';
import { registerReference } from './routes/reference.ts';
import { registerWaiting, type WaitingOptions } from './waiting/waiting.ts';

export interface ServerOptions {
  readonly issuer: string;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly guarded: Guarded;
  readonly erasureAnswered: ErasureAnswered;
  readonly waiting: WaitingOptions;
  readonly version: string;
  readonly onFault: (error: unknown) => void;
}

interface Pattern {
  readonly method: string;
  readonly pattern: RegExp;
}

/** What goes with a refused token or proof (RFC 9449, 7.1; RFC 9728, 5.1). */
function challenge({ issuer, guarded }: ServerOptions, error: LockerError): Readonly<Record<string, string>> {
  if (!(error instanceof Unauthenticated)) return {};
  const parts = [
    ...(error.challenge === null ? [] : [`error="${error.challenge}"`]),
    'algs="ES256 EdDSA Ed25519"',
    `resource_metadata="${issuer}${RESOURCE_METADATA_PATH}"`,
  ];
  return { 'www-authenticate': `DPoP ${parts.join(', ')}`, 'dpop-nonce': guarded.nonces.current() };
}

/** The routes of our own as a Fastify instance that no listener belongs to. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { guarded } = options;
  const patterns: Pattern[] = [];
  const app = createJsonServer({
    unrouted(url) {
      const [path = ''] = url.split('?', 1);
      const methods = patterns.flatMap(({ method, pattern }) => (pattern.test(path) ? [method] : []));
      if (methods.length === 0) return new LockerError('not_found');
      return new LockerError('method_not_allowed', { detail: [...new Set(methods)].join(', ') });
    },
    headersFor: (error) => challenge(options, error),
    onFault: options.onFault,
  });
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll(/:[a-z]+/g, '[^/]+')}$`);
    for (const each of Array.isArray(method) ? method : [method]) patterns.push({ method: each, pattern });
  });
  await registerReference(app, { ...options, pages: options.waiting.pages }, () => {
    registerDiscovery(app, options.issuer, options.keys);
    registerWaiting(app, options.waiting);
    registerRecords(app, guarded);
    registerChanges(app, guarded);
    registerMedia(app, guarded);
    registerGrants(app, guarded);
    registerErasure(app, options.erasureAnswered);
  });
  await app.ready();
  return app;
}
