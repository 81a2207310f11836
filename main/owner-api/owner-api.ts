import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { OwnerControl } from '../contracts/index.ts';
import type { Feed } from '../feed/index.ts';
import type { RequestListener } from '../http/index.ts';
import type { Intake } from '../intake/index.ts';
import type { Labels } from '../labels/index.ts';
import type { Records } from '../records/index.ts';
import { createAttempts } from './attempts.ts';
import type { Handlers } from './call.ts';
import { algorithmHandlers, type MarketRoom } from './handlers/algorithms.ts';
import { feedHandlers } from './handlers/feed.ts';
import { hidingHandlers } from './handlers/hiding.ts';
import { importHandlers } from './handlers/imports.ts';
import { labelHandlers } from './handlers/labels.ts';
import { learningHandlers } from './handlers/learning.ts';
import { lockerHandlers } from './handlers/locker.ts';
import { recordHandlers } from './handlers/records.ts';
import { ruleHandlers } from './handlers/rules.ts';
import { serviceHandlers } from './handlers/services.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { subscriptionHandlers } from './handlers/subscriptions.ts';
import type { LockerControl, SettingsKeeper, SystemReporter } from './locker-control.ts';
import { createServer } from './server.ts';
import { createSessions } from './sessions.ts';

/** The rooms of an open locker that routes use. */
export interface Rooms {
  readonly settings: SettingsKeeper;
  readonly market: MarketRoom;
  readonly intake: Omit<Intake, typeof Symbol.asyncDispose>;
  readonly records: Omit<Records, typeof Symbol.asyncDispose>;
  readonly feed: Omit<Feed, typeof Symbol.asyncDispose>;
  readonly labels: Omit<Labels, typeof Symbol.asyncDispose>;
  readonly services: OwnerControl;
  /** Notes that the owner came in: `passphrase`, `launch`, `recovery`, `created`. */
  readonly noteLogin: (way: string) => Promise<void>;
}

export interface OwnerApiOptions {
  readonly locker: LockerControl;
  readonly reporter: SystemReporter;
  /** The open locker's rooms; throws `locked` or `no_locker`. */
  readonly rooms: () => Rooms;
  /** Minutes without use until the screen locks; 0: never. */
  readonly idleMinutes: () => number;
  /** Folder of the built screens. */
  readonly screens: string;
  readonly version: string;
  readonly sample: boolean;
  /** Told of faults that are ours; what is logged of them is up to the caller. */
  readonly onFault: (error: unknown) => void;
}

export interface OwnerApi extends AsyncDisposable {
  /** Answers a request that the loopback listener's door let in. */
  readonly handle: RequestListener;
  /** Answers a request that came over a socket or pipe: these may also name files of this machine. */
  readonly handleLocal: RequestListener;
  /** Path with a new one-time launch token in its fragment. */
  launchPath(): string;
  /** Screen lock: ends all sessions. */
  lockScreen(): void;
}

/** Puts sessions, handlers and routes together; throws at once where a route lacks a handler or a schema. */
export async function createOwnerApi(options: OwnerApiOptions): Promise<OwnerApi> {
  const { locker, rooms, idleMinutes } = options;
  const now = (): number => performance.now();
  const sessions = createSessions({
    now,
    randomBytes,
    idleMs: () => (idleMinutes() === 0 ? null : idleMinutes() * 60_000),
  });
  const handlers: Handlers = {
    ...lockerHandlers({
      locker,
      sessions,
      attempts: createAttempts(now),
      idleMinutes,
      version: options.version,
      sample: options.sample,
      async onLogin(way) {
        // While the vault is locked there is no place to write it to; what opens it is written down then.
        if (locker.state() !== 'open') return;
        try {
          await rooms().noteLogin(way);
        } catch (error) {
          options.onFault(error);
        }
      },
    }),
    ...algorithmHandlers(() => rooms().market),
    ...feedHandlers(() => rooms().feed),
    ...hidingHandlers(() => rooms().feed),
    ...labelHandlers(() => rooms().labels),
    ...learningHandlers(
      () => rooms().feed,
      () => rooms().records,
    ),
    ...ruleHandlers(
      () => rooms().market,
      () => rooms().feed,
    ),
    ...recordHandlers(() => rooms().records),
    ...importHandlers(() => rooms().intake),
    ...subscriptionHandlers(() => rooms().intake),
    ...serviceHandlers(() => rooms().services),
    ...settingsHandlers(() => rooms().settings, options.reporter),
  };
  const local = new WeakSet<IncomingMessage>();
  const app = await createServer({
    handlers,
    sessions,
    isLocal: (request) => local.has(request),
    screens: options.screens,
    onFault: options.onFault,
  });
  return {
    handle: (request, response) => app.routing(request, response),
    handleLocal(request, response) {
      local.add(request);
      app.routing(request, response);
    },
    launchPath: () => `/#launch=${sessions.launch()}`,
    lockScreen: () => sessions.endAll(),
    async [Symbol.asyncDispose]() {
      sessions.endAll();
      await app.close();
    },
  };
}
