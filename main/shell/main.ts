/** Entry of the Electron process: gives the shell's logic its powers. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Entry } from '@napi-rs/keyring';
import { app, protocol } from 'electron';
import type { CoreEvent } from '../../protocol/shell.ts';
import {
  type Child,
  type CoreProcess,
  coreCommand,
  createForwarder,
  readKeychain,
  socketPath,
  startCore,
  writeKeychain,
} from './index.ts';
import { createTray } from './tray.ts';
import { hardenSession, openWindow, showWindow } from './window.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const keyring = (): Entry => new Entry('data-locker', 'store-key');

/** Options of the core that make sense on the desktop; everything else on the command line is Electron's. */
function coreArguments(): string[] {
  const data = process.argv.find((argument) => argument.startsWith('--data='));
  return data === undefined ? [] : [data];
}

function spawnCore(socket: string): Child {
  const place = {
    platform: process.platform,
    arch: process.arch,
    resources: app.isPackaged ? process.resourcesPath : null,
    project,
    runtimeFolder: app.getPath('temp'),
  };
  const { command, script } = coreCommand(place);
  const child = spawn(command, [script, 'start', '--socket', socket, ...coreArguments()], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      HOME: app.getPath('home'),
      APPDATA: app.getPath('appData'),
      TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
  });
  child.stdout.setEncoding('utf8');
  // A core that is already gone makes this pipe fail; its exit is reported below.
  child.stdin.on('error', () => {});
  return {
    stdin: child.stdin,
    onOutput: (listener) => child.stdout.on('data', listener),
    onExit: (listener) => {
      child.on('error', () => listener(null));
      child.on('close', listener);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function timer(milliseconds: number, action: () => void): { cancel(): void } {
  const handle = setTimeout(action, milliseconds);
  return { cancel: () => clearTimeout(handle) };
}

async function run(): Promise<void> {
  const nonce = randomBytes(8).toString('hex');
  const runtimeFolder = app.getPath('temp');
  const socket = socketPath({ platform: process.platform, runtimeFolder }, nonce);
  const token = randomBytes(32).toString('base64url');
  const { available, value } = readKeychain(keyring);
  hardenSession(createForwarder({ socket, token }));
  const state: { core: CoreProcess | null; quitting: boolean } = { core: null, quitting: false };
  const onEvent = (event: CoreEvent): void => {
    if (event.event === 'open') openWindow(event.path);
    else if (event.event === 'keychain') writeKeychain(keyring, event.value);
    else openWindow(`/?problem=${encodeURIComponent(event.code)}`);
  };
  const start = { token, keychainAvailable: available, keychain: value };
  const core = startCore({ spawn: () => spawnCore(socket), setTimer: timer }, start, onEvent);
  state.core = core;
  const show = (): void => {
    if (!showWindow()) core.send({ command: 'link' });
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
  if (!state.quitting) {
    state.quitting = true;
    app.exit(reason === 'quit' ? 0 : 1);
  }
}

protocol.registerSchemesAsPrivileged([
  { scheme: 'locker', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);
app.enableSandbox();
if (app.requestSingleInstanceLock()) {
  // The locker stays in the tray when its window is closed.
  app.on('window-all-closed', () => {});
  void app.whenReady().then(run);
} else app.quit();
