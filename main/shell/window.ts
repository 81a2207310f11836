import { BrowserWindow, type WebContents, app, protocol, session, shell } from 'electron';
import { APP_ORIGIN, externalLinkAllowed, mayNavigate, permissionAllowed } from './window-policy.ts';

let current: BrowserWindow | null = null;

/** Sets what holds for every page of the app: where its bytes come from, and that nothing is permitted by default. */
export function hardenSession(forward: (request: Request) => Promise<Response>): void {
  protocol.handle('locker', forward);
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide, details) => {
    decide(permissionAllowed(permission, details.requestingUrl));
  });
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) =>
    permissionAllowed(permission, origin),
  );
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
}

function hardenContents(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (externalLinkAllowed(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Opens the window, or brings it to `path` when it is there. */
export function openWindow(path: string, { developer }: { readonly developer: boolean }): void {
  if (current === null) {
    const window = new BrowserWindow({
      width: 1280,
      height: 860,
      minWidth: 360,
      minHeight: 480,
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        devTools: developer,
      },
    });
    window.once('ready-to-show', () => window.show());
    window.on('closed', () => {
      current = null;
    });
    current = window;
  }
  void current.loadURL(APP_ORIGIN + path);
}

/** Brings the window to the front, at the request of a service. @returns false when there is none */
export function showRequest(request: string): boolean {
  if (!showWindow()) return false;
  // Only the fragment differs: the page stays, with its session.
  void current?.loadURL(`${APP_ORIGIN}/#/requests/${encodeURIComponent(request)}`);
  return true;
}

/** Brings the window to the front. @returns false when there is none */
export function showWindow(): boolean {
  if (current === null) return false;
  if (current.isMinimized()) current.restore();
  current.show();
  current.focus();
  return true;
}
