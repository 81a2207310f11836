import { setTimeout as delay } from 'node:timers/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LockerError } from '../../protocol/errors.ts';
import { listen, loopbackDoor, sendProblem, socketDoor, type Listening, type RequestListener } from '../http/index.ts';
import { createOwnerApi, type OwnerApi } from '../owner-api/index.ts';
import { openVault, type Keychain } from '../vault/index.ts';
import { folderWarnings } from './data-folder.ts';
import { answerShuttingDown, holdFolder } from './held-folder.ts';
import type { Instance } from './instance.ts';
import { LINK_ROUTE, type Link } from './instance-client.ts';
import { createLocker, type Locker } from './locker.ts';
import type { Log } from './log.ts';
import { openLocker } from './open-locker.ts';
import type { ProgramFiles } from './program-files.ts';
import { listenForServices, type ServicePlace } from './service-listener.ts';
import { createSystemReporter } from './system-report.ts';
import type { Asked } from './tell-asked.ts';

/** Milliseconds from the signal to the end. */
const DRAIN_MS = 20_000;
/** Until the owner's settings can be read. */
const DEFAULT_IDLE_MINUTES = 30;

export interface RunOptions {
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  /** Where the screens are answered besides the instance socket: a port on 127.0.0.1, a socket with its token, or nowhere. */
  readonly at: { readonly port: number } | { readonly socket: string; readonly token: string } | null;
  /** Where services may reach it; null: nowhere. */
  readonly services: ServicePlace | null;
  readonly keychain: Keychain | undefined;
  /** Told of each request of a service that waits for the owner, for a notification. */
  readonly onAsked?: (asked: Asked) => void;
  readonly sample: boolean;
  readonly files: Omit<ProgramFiles, 'about'>;
  readonly version: string;
  readonly log: Log;
}

/** A locker that answers. Disposing of it drains: requests end, writes are finished, children are gone. */
export interface Running extends AsyncDisposable {
  readonly instance: Instance;
  readonly locker: Locker;
  readonly api: OwnerApi;
  /** Where services reach this locker; null: nowhere. */
  readonly issuer: string | null;
  /** Why services cannot reach it although they should. */
  readonly serviceProblem: string | null;
  /** Address of the screens with a new launch link. */
  link(): Link;
}

/**
 * Starts a locker on a folder: claims the folder, finds out its state and answers. The claim ends last, so that
 * whoever comes next finds everything closed.
 *
 * @throws AlreadyRunning, or a LockerError such as `port_in_use`, with nothing left behind
 */
export async function run(options: RunOptions): Promise<Running> {
  const { folder, platform, files, log } = options;
  await using stack = new AsyncDisposableStack();
  const held = stack.use(await holdFolder(folder, platform));
  const listener = stack.use(await listenForServices(options.services, log));
  const vault = stack.use(openVault({ dataFolder: folder, keychain: options.keychain }));
  const locker = stack.use(
    await createLocker({
      vault,
      open: () =>
        openLocker({
          vault,
          folder,
          files,
          sample: options.sample,
          warm: options.at !== null,
          listener,
          onAsked: options.onAsked,
          version: options.version,
          log,
        }),
      useKeychain: options.keychain !== undefined,
    }),
  );
  const api = stack.use(
    await createOwnerApi({
      locker,
      reporter: createSystemReporter({
        version: options.version,
        folder,
        opened: () => locker.opened(),
        warnings: [
          ...(await folderWarnings(folder, platform)),
          ...(listener.problem === null ? [] : [listener.problem]),
        ],
      }),
      rooms: () => locker.opened().rooms,
      idleMinutes: () =>
        locker.state() === 'open' ? locker.opened().settings.current.autoLockMinutes : DEFAULT_IDLE_MINUTES,
      screens: files.screens,
      version: options.version,
      sample: options.sample,
      onFault: (error) => log.fault(error),
    }),
  );
  let open = true;
  const handle = options.at !== null && 'socket' in options.at ? api.handleLocal : api.handle;
  const owner = await listenForOwner(options, (request, response) =>
    open ? handle(request, response) : answerShuttingDown(request, response),
  );
  if (owner !== null) stack.use(owner);
  const origin = typeof owner?.port === 'number' ? `http://127.0.0.1:${owner.port}` : null;
  const link = (): Link => ({ origin, path: api.launchPath() });
  held.answerWith((request, response) => answerInstance(request, response, api, link));
  stack.defer(async () => {
    open = false;
    held.answerWith(answerShuttingDown);
  });
  const kept = stack.move();
  return {
    instance: held.instance,
    locker,
    api,
    link,
    issuer: listener.issuer,
    serviceProblem: listener.problem,
    [Symbol.asyncDispose]: () => inTime(kept.disposeAsync(), log),
  };
}

/** Draining ends at the deadline, whatever still hangs: every fact is in the store already or was never acknowledged. */
async function inTime(drained: Promise<void>, log: Log): Promise<void> {
  const late = new AbortController();
  const deadline = delay(DRAIN_MS, true, { signal: late.signal, ref: false }).catch(() => false);
  if (await Promise.race([drained.then(() => false), deadline])) log.note('drain deadline passed');
  late.abort();
}

async function listenForOwner({ at }: RunOptions, handle: RequestListener): Promise<Listening | null> {
  if (at === null) return null;
  if ('socket' in at) return listen({ path: at.socket }, () => socketDoor(at.token), handle);
  const { port } = at;
  try {
    return await listen({ port, host: '127.0.0.1' }, (bound) => loopbackDoor(bound ?? port), handle);
  } catch (error) {
    if (!(error instanceof LockerError) || error.code !== 'port_in_use') throw error;
    throw new LockerError('port_in_use', { detail: `${port}; --port takes another`, cause: error });
  }
}

/** The instance socket answers the owner routes too, so that the command line drives a locker that is open. */
function answerInstance(request: IncomingMessage, response: ServerResponse, api: OwnerApi, link: () => Link): void {
  if (request.url !== LINK_ROUTE) {
    api.handleLocal(request, response);
    return;
  }
  if (request.method !== 'POST') {
    sendProblem(response, new LockerError('method_not_allowed', { detail: 'POST' }));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(link()));
}
