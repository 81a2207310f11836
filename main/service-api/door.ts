import type { Door } from '../http/index.ts';
import { OAUTH_PATHS } from './oauth/paths.ts';

/** Where a page of another site may lead the browser: to the page on which it waits for the owner, and on from there. */
const AUTHORIZATION = /^\/oauth\/authorize(?:\/[A-Za-z0-9_-]{1,64}(?:\/waiting)?)?$/;

/**
 * The door of the listener for services.
 *
 * @param issuer scheme, host and port under which services know this locker
 * @param origins origins of known services' pages, at this moment
 */
export function serviceDoor(issuer: string, origins: () => ReadonlySet<string>): Door {
  const { host, hostname, protocol, port } = new URL(issuer);
  const usual = port === '' ? [`${hostname}:${protocol === 'https:' ? 443 : 80}`] : [];
  return {
    hosts: new Set([host, ...usual]),
    origins,
    otherSites: true,
    mayNavigate: (_site, path) => AUTHORIZATION.test(path),
    socketToken: null,
  };
}

/** Whether the OAuth library answers this path. */
export function isOauthPath(path: string): boolean {
  return (
    path === OAUTH_PATHS.authorization ||
    path === OAUTH_PATHS.pushed_authorization_request ||
    path === OAUTH_PATHS.token ||
    path === OAUTH_PATHS.revocation ||
    /^\/oauth\/authorize\/[A-Za-z0-9_-]{1,64}$/.test(path)
  );
}
