export const OAUTH_PATHS = {
  authorization: '/oauth/authorize',
  pushed_authorization_request: '/oauth/par',
  token: '/oauth/token',
  revocation: '/oauth/revoke',
} as const;

/** Where the browser waits for the owner; below the path that the library's cookies are bound to. */
export function waitingPath(uid: string): string {
  return `${OAUTH_PATHS.authorization}/${uid}/waiting`;
}
