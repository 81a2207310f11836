import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import {
  createContracts,
  createGate,
  createNoticeSender,
  createPreview,
  type Contracts,
  type Gate,
} from '../contracts/index.ts';
import { createDocumentFetcher, createNoticePoster } from '../intake/index.ts';
import { openServiceReader, STORE_FILE, type Store } from '../store/index.ts';
import type { Vault } from '../vault/index.ts';
import type { Log } from './log.ts';

/** Single entries of the access log are kept so long where the owner says nothing else. */
const LOG_DAYS = 730;

export interface OpenContractsOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly folder: string;
  readonly log: Log;
  readonly setTimer: (milliseconds: number, action: () => void) => { cancel(): void };
  /** Days for which single entries of the access log are kept. */
  readonly logDays: () => number | undefined;
}

/** The contracts, and the one way by which services reach records. */
export interface OpenContracts {
  readonly contracts: Contracts;
  readonly gate: Gate;
}

/** Puts the contracts together with the vault's keys, the web and the service reader; all of it ends with `stack`. */
export async function openContracts(
  stack: AsyncDisposableStack,
  { store, vault, folder, log, setTimer, logDays }: OpenContractsOptions,
): Promise<OpenContracts> {
  const storeKey = vault.key('store');
  const seed = vault.key('receipts');
  try {
    const reader = stack.use(openServiceReader({ file: join(folder, STORE_FILE), key: storeKey }));
    const contracts = stack.use(
      await createContracts({
        store,
        seed,
        epoch: vault.epoch(),
        fetchDocument: createDocumentFetcher(),
        preview: createPreview({ reader, randomBytes, now: Date.now }),
        randomBytes,
        randomInt,
        keptDays: () => logDays() ?? LOG_DAYS,
        now: Date.now,
        setTimer,
        onFault: (error) => log.fault(error),
      }),
    );
    const onFault = (error: unknown): void => log.fault(error);
    const notices = stack.use(
      createNoticeSender({
        outbox: contracts.outbox,
        post: createNoticePoster(),
        key: contracts.key.signing,
        random: Math.random,
        now: Date.now,
        setTimer,
        onFault,
      }),
    );
    stack.defer(
      contracts.on(({ kind }) => {
        if (kind === 'grant') notices.soon();
      }),
    );
    notices.soon();
    const gate = createGate({ grants: contracts.grants, store, reader, now: Date.now, randomBytes, onFault });
    return { contracts, gate };
  } finally {
    storeKey.fill(0);
    seed.fill(0);
  }
}
