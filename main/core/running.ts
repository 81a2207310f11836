import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { LockerError } from '../../protocol/errors.ts';
import { createOwnerApi, listen, loopbackDoor, socketDoor, type Listening, type OwnerApi } from '../owner-api/index.ts';
import { openStore } from '../store/index.ts';
import { openVault, type Keychain, type Unlock, type Vault } from '../vault/index.ts';
import { folderWarnings } from './data-folder.ts';
import { claim, newInstance, release, type Instance } from './instance.ts';
import { LINK_ROUTE, type Link } from './instance-client.ts';
import { createLocker, type Locker } from './locker.ts';
import type { Log } from './log.ts';
import { openRooms, type OpenLocker } from './open-locker.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const STORE_FILE = 'locker.db';
const DEFAULT_IDLE_MINUTES = 30;

export interface RunOptions {
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  /** A port on 127.0.0.1, or a socket with its token. */
  readonly at: { readonly port: number } | { readonly socket: string; readonly token: string };
  readonly keychain: Keychain | undefined;
  readonly sample: boolean;
  readonly version: string;
  readonly log: Log;
}

/** A locker that answers. Disposing of it drains: requests end, writes are finished, children are gone. */
export interface Running extends AsyncDisposable {
  readonly locker: Locker;
  readonly api: OwnerApi;
  /** Address of the screens with a new launch link; null where they are in the desktop's window. */
  link(): Link;
}

/** Another locker has this folder. */
export class AlreadyRunning extends Error {}

async function openStoreOf(vault: Vault, folder: string): Promise<OpenLocker> {
  const key = vault.key('store');
  try {
    const store = await openStore({ file: join(folder, STORE_FILE), key, create: !vault.expectsStore });
    try {
      await vault.storeMade();
      return await openRooms(store);
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  } finally {
    key.fill(0);
  }
}

/**
 * Starts a locker on a folder: claims the folder, finds out its state and answers.
 *
 * @throws AlreadyRunning, or a LockerError such as `port_in_use`, with nothing left behind
 */
export async function run(options: RunOptions): Promise<Running> {
  const { folder, platform, log } = options;
  await using stack = new AsyncDisposableStack();
  const vault = stack.use(openVault({ dataFolder: folder, keychain: options.keychain }));
  const locker = stack.use(await createLocker({ vault, open: () => openStoreOf(vault, folder) }));
  const idleMinutes = (): number =>
    locker.state() === 'open' ? locker.opened().settings.current.autoLockMinutes : DEFAULT_IDLE_MINUTES;
  const warnings = await folderWarnings(folder, platform);
  const api = await createOwnerApi({
    locker: {
      ...locker,
      system: async () => ({
        version: options.version,
        node: process.versions.node,
        sqlite: '',
        dataFolder: folder,
        sandbox: { wall: 'none', permission: false, ulimit: false, note: '' },
        warnings,
      }),
    },
    rooms: () => locker.opened().rooms,
    idleMinutes,
    screens: join(PROJECT, 'dist', 'renderer'),
    version: options.version,
    sample: options.sample,
    onFault: (error) => log.fault(error),
  });
  stack.use(api);
  let origin: string | null = null;
  const link = (): Link => ({ origin, path: api.launchPath() });
  const instance = await newInstance(folder, platform);
  stack.use(await listenOnInstance(instance, api, link));
  if (!(await claim(folder, instance))) throw new AlreadyRunning();
  stack.defer(() => release(folder, instance));
  const owner = await listenForOwner(options, api);
  stack.use(owner);
  if (owner.port !== null) origin = `http://127.0.0.1:${owner.port}`;
  const kept = stack.move();
  return { locker, api, link, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function listenForOwner({ at }: RunOptions, api: OwnerApi): Promise<Listening> {
  if ('socket' in at) return listen({ path: at.socket }, () => socketDoor(at.token), api.handle);
  return listen(
    { port: at.port, host: '127.0.0.1' },
    (port) => {
      if (port === null) throw new LockerError('internal', { detail: 'no port' });
      return loopbackDoor(port);
    },
    api.handle,
  );
}

/** The instance socket answers the owner routes too, so that the command line drives a locker that is open. */
function listenOnInstance(instance: Instance, api: OwnerApi, link: () => Link): Promise<Listening> {
  const answerLink = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(link()));
  };
  return listen(
    { path: instance.socket },
    () => socketDoor(instance.token),
    (request, response) => {
      if (request.url !== LINK_ROUTE) api.handle(request, response);
      else if (request.method === 'POST') answerLink(response);
      else response.writeHead(405, { allow: 'POST' }).end();
    },
  );
}

/** Opens by a secret file or the keychain before anyone asks. */
export async function openWith(running: Running, secret: Unlock): Promise<void> {
  await running.locker.unlockBy(secret);
}
