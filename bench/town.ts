/** The made-up town in a store of its own, with the rooms that make feeds of it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAlgorithms } from '../build/pack-algorithms.ts';
import { generateTown } from '../build/sample/town.ts';
import { createMarket, type Market } from '../main/market/index.ts';
import { createRecords, prepareRecord, type Records } from '../main/records/index.ts';
import { emptyRun } from '../main/records/testing.ts';
import { createSandboxHost, type SandboxHost } from '../main/sandbox-host/index.ts';
import { openStore, STORE_FILE, type Store } from '../main/store/index.ts';

const BATCH = 500;

export interface Town extends AsyncDisposable {
  readonly store: Store;
  readonly records: Records;
  readonly market: Market;
  readonly sandbox: SandboxHost;
}

export interface TownOptions {
  readonly posts: number;
  /** When the newest post was written, UTC milliseconds. */
  readonly at: number;
  readonly now: () => number;
}

export async function openTown({ posts, at, now }: TownOptions): Promise<Town> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await packAlgorithms(undefined, folder);
  const store = stack.use(await openStore({ file: join(folder, STORE_FILE), key: randomBytes(32), create: true }));
  const records = stack.use(createRecords(store, { now: () => at }));
  const sandbox = stack.use(createSandboxHost());
  const market = createMarket({ store, sandbox, now, shippedFolder: folder });
  await market.installShipped();
  await store.write('records.createRun', emptyRun('bench'));
  let batch = [];
  for (const record of generateTown(at, { people: Math.max(60, Math.ceil(posts / 60)), posts })) {
    if (batch.push(prepareRecord(record)) < BATCH) continue;
    await store.write('records.upsertBatch', { run: 'bench', records: batch });
    batch = [];
  }
  await store.write('records.upsertBatch', { run: 'bench', records: batch });
  await records.settle();
  const kept = stack.move();
  return { store, records, market, sandbox, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
