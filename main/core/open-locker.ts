import { join } from 'node:path';
import type { FeedRequest, Mix } from '../../protocol/owner/feed.ts';
import type { ReplayRequest } from '../../protocol/owner/replay.ts';
import type { CatalogueQuery } from '../../protocol/owner/market.ts';
import type { System } from '../../protocol/owner/settings.ts';
import { createFeed } from '../feed/index.ts';
import { createIntake } from '../intake/index.ts';
import { createLabels } from '../labels/index.ts';
import type { Rooms } from '../owner-api/index.ts';
import { createRecords } from '../records/index.ts';
import { openStore, STORE_FILE, type Store } from '../store/index.ts';
import type { Vault } from '../vault/index.ts';
import { scheduleBackups } from './backup-schedule.ts';
import { createEngine } from './engine.ts';
import type { Log } from './log.ts';
import { openContracts } from './open-contracts.ts';
import type { ProgramFiles } from './program-files.ts';
import { scheduleRepositories } from './repository-schedule.ts';
import type { ServiceListener } from './service-listener.ts';
import { serveServices } from './serve-services.ts';
import { tellAsked, type Asked } from './tell-asked.ts';
import { openSettings, type KeptSettings } from './settings-keeper.ts';

/** Everything that exists only while the keys are in memory. */
export interface OpenLocker extends AsyncDisposable {
  readonly store: Store;
  readonly rooms: Rooms;
  readonly settings: KeptSettings;
  sandboxLevel(): Promise<System['sandbox']>;
  /** Installs an author's package as it is, in the hardened tier. @throws LockerError algorithm_invalid */
  tryAlgorithm(bytes: string): Promise<unknown>;
}

export interface OpenLockerOptions {
  readonly vault: Vault;
  readonly folder: string;
  readonly files: Pick<ProgramFiles, 'algorithms' | 'sandbox' | 'servicePages'>;
  /** A sample is thrown away: it needs no backups. */
  readonly sample: boolean;
  /** Start at once what the first feed needs. */
  readonly warm: boolean;
  /** Where services are answered while the locker is open. */
  readonly listener: ServiceListener;
  /** Told of each request of a service that waits for the owner. */
  readonly onAsked?: ((asked: Asked) => void) | undefined;
  readonly version: string;
  readonly log: Log;
}

async function openStoreOf({ vault, folder }: OpenLockerOptions): Promise<Store> {
  const key = vault.key('store');
  try {
    return await openStore({ file: join(folder, STORE_FILE), key, create: !vault.expectsStore });
  } finally {
    key.fill(0);
  }
}

function setTimer(milliseconds: number, action: () => void): { cancel(): void } {
  const handle = setTimeout(action, milliseconds);
  handle.unref();
  return { cancel: () => clearTimeout(handle) };
}

/** Waits for `ready` before each call: the first feed after an update must not miss an algorithm. */
function after<A extends unknown[], R>(ready: () => Promise<unknown>, call: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    await ready();
    return call(...args);
  };
}

/** Opens the store with the vault's key and puts the rooms together over it. */
export async function openLocker(options: OpenLockerOptions): Promise<OpenLocker> {
  const { folder, log } = options;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStoreOf(options));
  await options.vault.storeMade();
  const settings = await openSettings(store);
  const engine = stack.use(createEngine({ store, files: options.files, log }));
  const { market, sandbox } = engine;
  const records = stack.use(createRecords(store, { now: Date.now, onFault: (error) => log.fault(error) }));
  const labels = stack.use(createLabels({ store, records, now: Date.now }));
  const feed = stack.use(
    createFeed({
      store,
      records,
      market,
      sandbox,
      labels,
      now: Date.now,
      timeZone: async () => settings.current.timeZone,
    }),
  );
  const intake = stack.use(createIntake({ store, records, dataFolder: folder }));
  const logDays = (): number | undefined => settings.current.accessLogDays;
  const opened = await openContracts(stack, { store, vault: options.vault, folder, log, setTimer, logDays });
  const { contracts, gate } = opened;
  stack.use(
    await serveServices({
      listener: options.listener,
      approvals: contracts.approvals,
      access: gate,
      keys: contracts.key.jwks.keys,
      erasureAnswered: (clientId, grantId, jws) => contracts.erasureAnswered(clientId, grantId, jws),
      store,
      pages: options.files.servicePages,
      version: options.version,
      log,
    }),
  );
  if (options.onAsked !== undefined) {
    const over = new AbortController();
    stack.defer(() => over.abort());
    tellAsked(contracts.owner, options.onAsked, over.signal).catch((error: unknown) => log.fault(error));
  }
  // The gate ends its streams first, so that the door has nothing to wait for.
  stack.use(gate);
  stack.use(scheduleRepositories({ market, log, setTimer }));
  if (!options.sample) {
    stack.use(scheduleBackups({ store, dataFolder: folder, log, now: Date.now, setTimer }));
  }
  // Nobody waits for this, and the first feed finds everything warm.
  if (options.warm) void Promise.all([engine.installed(), engine.level()]);
  const installed = (): Promise<void> => engine.installed();
  const kept = stack.move();
  return {
    store,
    settings,
    rooms: {
      settings: {
        ...settings,
        async save(next) {
          const saved = await settings.save(next);
          contracts.keptDaysChanged();
          return saved;
        },
      },
      intake,
      labels,
      records,
      feed: {
        ...feed,
        makeFeed: after(installed, (request: FeedRequest) => feed.makeFeed(request)),
        saveMix: after(installed, (mix: Mix) => feed.saveMix(mix)),
        replay: after(installed, (request: ReplayRequest, signal: AbortSignal) => feed.replay(request, signal)),
        feedHealth: after(installed, (signal: AbortSignal) => feed.feedHealth(signal)),
      },
      market: {
        ...market,
        cards: after(installed, () => market.cards()),
        source: after(installed, (id: string) => market.source(id)),
        catalogue: after(installed, (query: CatalogueQuery) => market.catalogue(query)),
      },
      services: contracts.owner,
      noteLogin: (way) => contracts.noteLogin(way),
    },
    sandboxLevel: () => engine.level(),
    tryAlgorithm: async (bytes) => {
      await engine.installed();
      return market.install(bytes);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
