/** Origin of the screens inside the window. */
export const APP_ORIGIN = 'locker://app';

/** Every permission a page can ask for that is granted, with the reason; all others are denied. */
export const PERMISSIONS: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'the recovery code and exported text are copied by the owner’s click',
  fullscreen: 'the owner watches their own video full-screen',
};

/** Whether the window may have a permission; only the app's own origin, only what the table lists. */
export function permissionAllowed(permission: string, origin: string): boolean {
  return originOf(origin) === APP_ORIGIN && Object.hasOwn(PERMISSIONS, permission);
}

/** Whether the window itself may go to an address: only within the app. */
export function mayNavigate(address: string): boolean {
  return originOf(address) === APP_ORIGIN;
}

/** Schemes that open in the system's own programs when the owner clicks a link. */
const EXTERNAL_SCHEMES = new Set(['https:', 'http:', 'mailto:']);

/** Whether a clicked link may be handed to the operating system. */
export function externalLinkAllowed(address: string): boolean {
  const url = parsed(address);
  return url !== null && EXTERNAL_SCHEMES.has(url.protocol) && url.username === '' && url.password === '';
}

function parsed(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}

/** URL.origin is "null" for custom schemes, so it is put together here. */
function originOf(address: string): string | null {
  const url = parsed(address);
  return url === null ? null : `${url.protocol}//${url.host}`;
}
