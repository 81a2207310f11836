import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LockerError } from '../../protocol/errors.ts';
import { hasBody } from './content-type.ts';
import { refusal, type Door } from './guard.ts';
import { setSecurityHeaders } from './headers.ts';
import { lingerAfterAnswer } from './linger.ts';
import { PROBLEM_TYPE, problemDocument, problemHeaders } from './problem.ts';

/** Answers a request that has passed the door. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A bound listener; disposing of it lets requests that run end, until the deadline. */
export interface Listening extends AsyncDisposable {
  /** TCP port; null for sockets and pipes. */
  readonly port: number | null;
}

const NO_ORIGIN: ReadonlySet<string> = new Set();
const DRAIN_MS = 3000;
const HEADERS_MS = 10_000;
/** How often slow heads are looked for. */
const CHECK_MS = 5000;
/** What is left to read an answer after which the connection ends. */
const LINGER_MS = 2000;
/** A silent connection ends after this long; streams say something more often. */
const SILENCE_MS = 120_000;

/** Answers with a problem and ends the connection. */
export function sendProblem(response: ServerResponse, error: LockerError): void {
  const body = JSON.stringify(problemDocument(error));
  response.writeHead(error.status, {
    ...problemHeaders(error),
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    // What follows on this connection was meant for someone else.
    connection: 'close',
  });
  response.end(body);
}

const REASONS: Readonly<Record<number, string>> = { 400: 'Bad Request', 413: 'Content Too Large', 503: 'Timeout' };

/** What Node's parser could not read has no response object: the answer is written by hand. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  // Browsers open connections ahead of need: whatever is sent there would be taken for the answer to their next request.
  if (!socket.writable || error.code === 'ECONNRESET' || socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'too_large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'timeout'
        : 'bad_request';
  const problem = problemDocument(new LockerError(code));
  const body = JSON.stringify(problem);
  // Whoever reads nothing would hold the connection for as long as it likes.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.end(
    `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Error'}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `cache-control: no-store\r\nx-content-type-options: nosniff\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

async function bind(server: Server, at: { port: number; host: string } | { path: string }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(taken && 'port' in at ? new LockerError('port_in_use', { detail: String(at.port), cause: error }) : error);
    });
    server.listen(at, resolve);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(late);
}

export interface ListenOptions {
  /** Connections beyond these are closed at once; absent: as many as the system gives. */
  readonly maxConnections?: number;
}

/**
 * Binds a listener whose every request passes the door first.
 *
 * @param doorFor made when the port is known, as host and origin contain it
 * @throws LockerError `port_in_use`
 */
export async function listen(
  at: { port: number; host: string } | { path: string },
  doorFor: (port: number | null) => Door,
  handle: RequestListener,
  { maxConnections }: ListenOptions = {},
): Promise<Listening> {
  let door: Door | null = null;
  const options = { requireHostHeader: false, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: CHECK_MS };
  const server = createServer(options, (request, response) => {
    // This connection is over: it was answered, and only the rest of what was said before is still taken.
    if (request.socket.writableEnded) return void request.socket.destroy();
    if (hasBody(request)) lingerAfterAnswer(request, response);
    setSecurityHeaders(response, 'data');
    const refused = door === null ? new LockerError('shutting_down') : refusal(request, door);
    if (refused === null) handle(request, response);
    else sendProblem(response, refused);
  });
  server.headersTimeout = HEADERS_MS;
  // Bodies have the handler's deadline instead: an upload may take hours.
  server.requestTimeout = 0;
  server.timeout = SILENCE_MS;
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  server.on('clientError', answerUnreadable);
  await bind(server, at);
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : null;
  door = doorFor(port);
  return { port, [Symbol.asyncDispose]: () => close(server) };
}

/** The door of the loopback listener: literal address only, so that no name can be re-bound to it. */
export function loopbackDoor(port: number): Door {
  const hosts = port === 80 ? ['127.0.0.1', '127.0.0.1:80'] : [`127.0.0.1:${port}`];
  const own = new Set([`http://127.0.0.1${port === 80 ? '' : `:${port}`}`]);
  return {
    hosts: new Set(hosts),
    origins: () => own,
    otherSites: false,
    mayNavigate: (site) => site === 'same-site',
    socketToken: null,
  };
}

/** The door of a Unix socket or named pipe: other programs of the same user reach it, so it asks for a token. */
export function socketDoor(token: string): Door {
  return {
    hosts: new Set(['app']),
    origins: () => NO_ORIGIN,
    otherSites: false,
    mayNavigate: (site) => site === 'same-site',
    socketToken: token,
  };
}
