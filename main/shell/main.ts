/** Entry of the Electron process: gives the shell's logic its powers. */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Entry } from '@napi-rs/keyring';
import { app, dialog, protocol } from 'electron';
import type { CoreEvent } from '../../protocol/shell.ts';
import {
  RESOURCE_HASHES_FILE,
  ResourceHashes,
  changedEnding,
  changedResources,
  coreCommand,
  coreEnvironment,
  corePowers,
  createForwarder,
  type Ending,
  endingOf,
  readKeychain,
  socketPath,
  startCore,
  whichLocker,
  writeKeychain,
} from './index.ts';
import { sayAsked } from './notification.ts';
import { createTray } from './tray.ts';
import { hardenSession, openWindow, showRequest, showWindow } from './window.ts';

const locker = whichLocker(process.argv.slice(1), process.cwd());
const keyring = (): Entry => new Entry('data-locker', locker.name === null ? 'store-key' : `store-key-${locker.name}`);

/** Tells the owner what happened; starts the app anew where that is wanted. */
async function sayEnding(ending: Ending): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Data Locker',
    message: ending.message,
    detail: ending.detail,
    buttons: ['Quit', 'Start again'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response !== 1) return;
  // An AppImage's program goes with its mount; the image itself is what starts again.
  const image = process.env['APPIMAGE'];
  app.relaunch(image === undefined ? {} : { execPath: image });
}

/** A packaged app runs only the files it was packaged with. @returns whether they are */
async function filesAreOurs(): Promise<boolean> {
  if (!app.isPackaged) return true;
  const list = await readFile(new URL(RESOURCE_HASHES_FILE, import.meta.url), 'utf8');
  const changed = await changedResources(process.resourcesPath, ResourceHashes.parse(JSON.parse(list)));
  if (changed.length === 0) return true;
  const { message, detail } = changedEnding(changed);
  dialog.showErrorBox(message, detail);
  return false;
}

function newSocket(): string {
  const folders = [process.env['XDG_RUNTIME_DIR'], app.getPath('temp'), '/tmp'];
  const nonce = randomBytes(8).toString('hex');
  return socketPath(
    process.platform,
    folders.filter((folder) => folder !== undefined),
    nonce,
  );
}

async function run(): Promise<void> {
  if (!(await filesAreOurs())) {
    app.exit(1);
    return;
  }
  const socket = newSocket();
  const token = randomBytes(32).toString('base64url');
  const { available, value } = readKeychain(keyring);
  hardenSession(createForwarder({ socket, token }));
  const state: { quitting: boolean; problem: string | null } = { quitting: false, problem: null };
  const onEvent = (event: CoreEvent): void => {
    if (event.event === 'open') openWindow(event.path, { developer: !app.isPackaged });
    else if (event.event === 'keychain') writeKeychain(keyring, event.value);
    else if (event.event === 'asks') sayAsked(event.who, () => showAsked(event.request));
    else state.problem = event.code;
  };
  const command = coreCommand({
    platform: process.platform,
    arch: process.arch,
    resources: app.isPackaged ? process.resourcesPath : null,
    project: fileURLToPath(new URL('../..', import.meta.url)),
  });
  const env = coreEnvironment(process.env, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const start = { token, keychainAvailable: available, keychain: value };
  const core = startCore(corePowers({ ...command, socket, options: locker.options, env }), start, onEvent);
  const show = (): void => {
    if (!showWindow()) core.send({ command: 'link' });
  };
  const showAsked = (request: string): void => {
    if (!showRequest(request)) show();
  };
  createTray({ show, lock: () => core.send({ command: 'lock' }), quit: () => app.quit() });
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('before-quit', (event) => {
    if (state.quitting) return;
    event.preventDefault();
    state.quitting = true;
    void core[Symbol.asyncDispose]().then(() => app.quit());
  });
  const reason = await core.ended;
  // A core that was killed leaves its socket.
  if (process.platform !== 'win32') await rm(socket, { force: true });
  if (state.quitting) return;
  state.quitting = true;
  await sayEnding(endingOf(reason, state.problem));
  app.exit(1);
}

protocol.registerSchemesAsPrivileged([
  { scheme: 'locker', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);
app.enableSandbox();
// Decides which running instance a second start meets, so it is set before that is asked.
if (locker.name !== null) app.setPath('userData', join(app.getPath('userData'), 'lockers', locker.name));
if (app.requestSingleInstanceLock()) {
  // The locker stays in the tray when its window is closed.
  app.on('window-all-closed', () => {});
  void app.whenReady().then(run);
} else app.quit();
