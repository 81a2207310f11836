import { createHash } from 'node:crypto';
import type { Clause } from '../../../../protocol/contract/clause.ts';
import type { GrantState } from '../../../../protocol/contract/grant.ts';
import { openRecords, type TestLocker } from '../../../records/testing.ts';
import type { LogRow } from '../../../store/index.ts';
import { openServiceReaderHere } from '../../../store/testing.ts';
import type { Caller } from '../../service-access.ts';
import { createGate, type Gate } from '../gate.ts';
import type { GateOptions } from '../gate-options.ts';
import type { GateGrants, GrantNow } from '../grants-face.ts';
import { CLIENT, clause, OWN_NOTE } from './clauses.ts';

export const GRANT = 'A'.repeat(22);
export const OTHER_GRANT = 'B'.repeat(22);
/** When tests happen, unless they say otherwise. */
export const NOW = Date.UTC(2026, 5, 15, 12);

/** Contracts in memory, as the part that keeps them hands them out. */
export interface KeptGrants extends GateGrants {
  readonly log: LogRow[];
  set(clauses: readonly Clause[], state?: GrantState, grantId?: string, clientId?: string): void;
}

export function keptGrants(): KeptGrants {
  const kept = new Map<string, GrantNow>();
  const listeners = new Set<(grantId: string) => void>();
  const log: LogRow[] = [];
  const datatypes = [OWN_NOTE];
  const self: KeptGrants = {
    log,
    set(clauses, state = 'active', grantId = GRANT, clientId = CLIENT) {
      const revision = (kept.get(grantId)?.view.revision ?? 0) + 1;
      const view = {
        grant_id: grantId,
        client_id: clientId,
        state,
        revision,
        offer: { id: 'https://newcomer.example/offer', version: 1, digest: 'd'.repeat(43) },
        since: '2026-01-01T00:00:00Z',
        authorization_details: [...clauses],
      };
      kept.set(grantId, { view, serviceName: 'Newcomer', datatypes });
      for (const listener of listeners) listener(grantId);
    },
    grantNow: async (grantId) => kept.get(grantId) ?? null,
    appendLog: async (row) => void log.push(row),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    receipts: async () => [],
    giveBack: async (grantId) => {
      const grant = kept.get(grantId);
      if (grant !== undefined) self.set(grant.view.authorization_details, 'withdrawn', grantId);
    },
  };
  self.set([clause()]);
  return self;
}

export interface GatedLocker extends AsyncDisposable {
  readonly locker: TestLocker;
  readonly grants: KeptGrants;
  readonly gate: Gate;
  readonly caller: Caller;
  clock: number;
  /** Faults that were told so far. */
  readonly faults: unknown[];
  /** Another gate over the same store, as after a restart. */
  restart(): Promise<void>;
}

/** A gate over a real store and the real reader of services; equal `seed`, equal names. */
export async function openGated(options: Partial<GateOptions> & { seed?: string } = {}): Promise<GatedLocker> {
  const clock = { now: NOW };
  const locker = await openRecords({ now: () => clock.now });
  const reader = openServiceReaderHere(locker.store.file, locker.store.key);
  const grants = keptGrants();
  const faults: unknown[] = [];
  let made = 0;
  const open = (): Gate =>
    createGate({
      grants,
      store: locker.store,
      reader,
      now: () => clock.now,
      randomBytes: (size) =>
        createHash('shake256', { outputLength: size })
          .update(`${options.seed ?? 'seed'} ${made++}`)
          .digest(),
      onFault: (error) => faults.push(error),
      lookEveryMs: 10,
      ...options,
    });
  let gate: Gate | undefined;
  const self: GatedLocker = {
    locker,
    grants,
    faults,
    get clock() {
      return clock.now;
    },
    set clock(to) {
      clock.now = to;
    },
    caller: { grantId: GRANT, clientId: CLIENT, signal: new AbortController().signal },
    get gate() {
      gate ??= open();
      return gate;
    },
    async restart() {
      await gate?.[Symbol.asyncDispose]();
      gate = open();
    },
    async [Symbol.asyncDispose]() {
      await gate?.[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
      await locker[Symbol.asyncDispose]();
    },
  };
  return self;
}
