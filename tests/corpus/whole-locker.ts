import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAlgorithms } from '../../build/pack-algorithms.ts';
import { createFeed, type Feed } from '../../main/feed/index.ts';
import { createIntake, type Intake } from '../../main/intake/index.ts';
import { createMarket } from '../../main/market/index.ts';
import { createRecords, type Records } from '../../main/records/index.ts';
import { createSandboxHost } from '../../main/sandbox-host/index.ts';
import { openStore, STORE_FILE, type Store } from '../../main/store/index.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';

/** All rooms of an open locker over an encrypted store with its own threads, as the program puts them together. */
export interface WholeLocker extends AsyncDisposable {
  readonly store: Store;
  readonly records: Records;
  readonly intake: Intake;
  readonly feed: Feed;
  /** Imports a file or folder to its end. */
  importPath(path: string): Promise<ImportRun>;
  /** Closes everything and opens it again: what is left is what is on the disk. */
  restart(): Promise<void>;
}

interface Rooms extends AsyncDisposable {
  readonly store: Store;
  readonly records: Records;
  readonly intake: Intake;
  readonly feed: Feed;
}

/** @param now UTC milliseconds that rooms with a clock see; the store's own writes take the real time */
export async function openWholeLocker(now: () => number): Promise<WholeLocker> {
  const folder = await mkdtemp(join(tmpdir(), 'locker-whole-'));
  const algorithms = await mkdtemp(join(tmpdir(), 'locker-algorithms-'));
  await packAlgorithms(undefined, algorithms);
  const key = randomBytes(32);

  async function open(create: boolean): Promise<Rooms> {
    await using stack = new AsyncDisposableStack();
    const store = stack.use(await openStore({ file: join(folder, STORE_FILE), key, create }));
    const records = stack.use(createRecords(store, { now }));
    const sandbox = stack.use(createSandboxHost());
    const market = createMarket({ store, sandbox, now, shippedFolder: algorithms });
    const { refused } = await market.installShipped();
    if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
    const feed = stack.use(createFeed({ store, records, market, sandbox, now, timeZone: async () => 'Europe/Berlin' }));
    const intake = stack.use(createIntake({ store, records, dataFolder: folder, now, polls: false }));
    const kept = stack.move();
    return { store, records, intake, feed, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  }

  let rooms = await open(true);
  return {
    get store() {
      return rooms.store;
    },
    get records() {
      return rooms.records;
    },
    get intake() {
      return rooms.intake;
    },
    get feed() {
      return rooms.feed;
    },
    async importPath(path) {
      const id = await rooms.intake.importPath(path);
      let last: ImportRun | undefined;
      for await (const run of rooms.intake.watch(id)) last = run;
      if (last === undefined) throw new Error('no run');
      return last;
    },
    async restart() {
      await rooms[Symbol.asyncDispose]();
      rooms = await open(false);
    },
    async [Symbol.asyncDispose]() {
      await rooms[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      await rm(algorithms, { recursive: true, force: true });
    },
  };
}
