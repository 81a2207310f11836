import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAlgorithms } from '../../build/pack-algorithms.ts';
import { generateTown } from '../../build/sample/town.ts';
import { createFeed, type Feed } from '../../main/feed/index.ts';
import { createMarket, type Market } from '../../main/market/index.ts';
import { prepareRecord, type Records } from '../../main/records/index.ts';
import { emptyRun, openRecords, type TestLocker } from '../../main/records/testing.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';

/** The moment at which the town's 60 days end. */
export const TOWN_NOW = Date.UTC(2025, 5, 1, 12, 0, 30);
const BATCH = 500;

/** A locker with the made-up town in it, the shipped algorithms, and a real sandbox. */
export interface TownLocker extends AsyncDisposable {
  readonly store: TestLocker['store'];
  readonly records: Records;
  readonly market: Market;
  readonly sandbox: SandboxHost;
  readonly feed: Feed;
  /** UTC milliseconds that the feed sees. */
  now: number;
  /** Another feed over the same locker, that remembers nothing. */
  freshFeed(): Feed;
}

export function openTownLocker(posts: number, people = 60): Promise<TownLocker> {
  return openLockerOf(generateTown(TOWN_NOW, { people, posts }), TOWN_NOW);
}

/** A locker as that of the town, with these records in it. */
export async function openLockerOf(given: Iterable<IntakeRecord>, at: number): Promise<TownLocker> {
  await using stack = new AsyncDisposableStack();
  const { store, records } = stack.use(await openRecords({ now: () => at }));
  const shippedFolder = await mkdtemp(join(tmpdir(), 'locker-algorithms-'));
  stack.defer(() => rm(shippedFolder, { recursive: true, force: true }));
  await packAlgorithms(undefined, shippedFolder);
  const sandbox = stack.use(createSandboxHost());
  const market = createMarket({ store, sandbox, now: () => at, shippedFolder });
  const { refused } = await market.installShipped();
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  await store.write('records.createRun', emptyRun('town'));
  let batch = [];
  for (const record of given) {
    batch.push(prepareRecord(record));
    if (batch.length < BATCH) continue;
    await store.write('records.upsertBatch', { run: 'town', records: batch });
    batch = [];
  }
  if (batch.length > 0) await store.write('records.upsertBatch', { run: 'town', records: batch });
  await records.settle();
  const locker: Omit<TownLocker, typeof Symbol.asyncDispose> = {
    store,
    records,
    market,
    sandbox,
    now: at,
    feed: stack.use(makeFeed()),
    freshFeed: makeFeed,
  };
  function makeFeed(): Feed {
    const now = (): number => locker.now;
    return createFeed({ store, records, market, sandbox, now, timeZone: async () => 'Europe/Berlin' });
  }
  const kept = stack.move();
  return Object.assign(locker, { [Symbol.asyncDispose]: () => kept.disposeAsync() });
}
