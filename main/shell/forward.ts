import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { SOCKET_TOKEN_HEADER } from '../../protocol/shell.ts';

export interface ForwardTarget {
  /** Unix socket or named pipe of the core. */
  readonly socket: string;
  readonly token: string;
}

/** Host of `locker://app`, the window's one origin. */
const HOST = 'app';
/** Headers of the window's request that mean something to the core; the rest stays behind. */
const PASSED = ['accept', 'authorization', 'content-type', 'if-none-match', 'range'];
/** Headers that describe one connection, not the answer. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer']);

function answer(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (HOP.has(name) || value === undefined) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const status = message.statusCode ?? 502;
  const empty = status === 204 || status === 304;
  if (empty) message.resume();
  return new Response(empty ? null : Readable.toWeb(message), { status, headers });
}

/**
 * The handler of the window's custom protocol: each request goes to the core's socket with the token that only shell
 * and core know, and the answer streams back. Aborting the request in the window ends it in the core too.
 *
 * @returns a handler that answers 502 when the core does not
 */
export function createForwarder(target: ForwardTarget): (request: Request) => Promise<Response> {
  return (request) =>
    new Promise((resolve) => {
      const url = new URL(request.url);
      // One origin: no other name leads to the core.
      if (url.host !== HOST) {
        resolve(new Response(null, { status: 421 }));
        return;
      }
      const headers: Record<string, string> = { host: HOST, [SOCKET_TOKEN_HEADER]: target.token };
      for (const name of PASSED) {
        const value = request.headers.get(name);
        if (value !== null) headers[name] = value;
      }
      const outgoing = httpRequest(
        {
          socketPath: target.socket,
          method: request.method,
          path: url.pathname + url.search,
          headers,
          signal: request.signal,
        },
        (message) => resolve(answer(message)),
      );
      outgoing.on('error', () => resolve(new Response(null, { status: 502 })));
      if (request.body === null) outgoing.end();
      else
        Readable.fromWeb(request.body)
          .on('error', (error) => outgoing.destroy(error))
          .pipe(outgoing);
    });
}
