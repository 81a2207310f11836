import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, POST, PATCH, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, DPoP, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Range';
const EXPOSED =
  'DPoP-Nonce, WWW-Authenticate, ETag, Grant-Revision, RateLimit, RateLimit-Policy, Retry-After, Content-Range, Accept-Ranges';
/** Seconds; a withdrawn service's page is refused by its origin anyway. */
const PREFLIGHT_SECONDS = '600';

/**
 * Lets a registered page read the answer. The door has let in the origin, so it is one of a known service; whether it is the
 * caller's own is checked once the caller is known.
 */
export function setCrossOrigin(request: IncomingMessage, response: ServerResponse): void {
  // Always present: the OAuth library leaves headers of this kind alone when there are any, and never says `*` by itself.
  response.setHeader('access-control-expose-headers', EXPOSED);
  response.setHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
}

/** Answers what a browser asks before it sends a request of another origin's page; false where this is no such question. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (request.method !== 'OPTIONS' || origin === undefined) return false;
  if (request.headers['access-control-request-method'] === undefined) return false;
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-allow-headers', REQUEST_HEADERS);
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
  // A page on the web asks whether it may reach this computer.
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204, { 'content-length': '0' });
  response.end();
  return true;
}
