import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LockerError } from '../../protocol/errors.ts';
import { SOCKET_TOKEN_HEADER } from '../../protocol/shell.ts';

/** What a listener lets in. */
export interface Door {
  /** Accepted `Host` values, port included. */
  readonly hosts: ReadonlySet<string>;
  /** Accepted `Origin` values at this moment. */
  readonly origins: () => ReadonlySet<string>;
  /** Pages of other sites may call when their origin is accepted. */
  readonly otherSites: boolean;
  /**
   * Whether a page of another site (`cross-site`) or of another port of this machine (`same-site`) may lead the browser
   * to this path: a person followed a link there.
   */
  readonly mayNavigate: (site: string, path: string) => boolean;
  /** Asked for on every request where other programs can reach the listener: sockets and pipes. */
  readonly socketToken: string | null;
}

function valuesOf(request: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    if (request.rawHeaders[index]?.toLowerCase() === name) values.push(request.rawHeaders[index + 1] ?? '');
  }
  return values;
}

function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A person followed a link or typed the address, at the top of a tab: no script of the page behind it sees the answer. */
function isNavigation(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document'
  );
}

/** Whether another site, or another port of this machine, which is another program's page, may cause this request. */
function mayCause(request: IncomingMessage, site: string, origin: string | undefined, door: Door): boolean {
  if (door.otherSites && origin !== undefined) return true;
  const [path = ''] = (request.url ?? '').split('?', 1);
  return isNavigation(request) && door.mayNavigate(site, path);
}

/**
 * The checks before routing (SECURITY.md, Transport): host, origin, fetch metadata, and the socket's token.
 * They stop DNS rebinding and requests that web pages make behind the owner's back.
 *
 * @returns why the request is refused, or null
 */
export function refusal(request: IncomingMessage, door: Door): LockerError | null {
  const hosts = valuesOf(request, 'host');
  if (hosts.length !== 1 || !door.hosts.has((hosts[0] ?? '').toLowerCase())) return new LockerError('bad_host');
  // An absolute or authority form would carry a second host name.
  if (request.url?.startsWith('/') !== true) return new LockerError('bad_request');
  const origins = valuesOf(request, 'origin');
  if (origins.length > 1) return new LockerError('bad_origin');
  const [origin] = origins;
  if (origin !== undefined && !door.origins().has(origin)) return new LockerError('bad_origin');
  const sites = valuesOf(request, 'sec-fetch-site');
  if (sites.length > 1) return new LockerError('bad_origin');
  const [site = 'none'] = sites;
  const own = site === 'none' || site === 'same-origin';
  if (!own && !mayCause(request, site, origin, door)) return new LockerError('bad_origin');
  if (door.socketToken !== null) {
    const tokens = valuesOf(request, SOCKET_TOKEN_HEADER);
    if (tokens.length !== 1 || !sameText(tokens[0] ?? '', door.socketToken)) return new LockerError('unauthenticated');
  }
  return null;
}
