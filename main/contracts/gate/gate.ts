import type { SignedReceipt } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { ServiceAccess } from '../service-access.ts';
import { createAnswering } from './answering.ts';
import { createChangePages } from './changes/change-pages.ts';
import { createChanges } from './changes/changes.ts';
import { createWakes } from './changes/wakes.ts';
import { watchChanges } from './changes/watch.ts';
import { noRecord } from './compile/compile.ts';
import { mayDo } from './compile/standing.ts';
import { createGrantKeys } from './grant-keys.ts';
import type { GateOptions } from './gate-options.ts';
import { createRates } from './rates.ts';
import { createReads } from './reads.ts';
import { createWrites } from './writes/writes.ts';

/** The gate; closing it ends every stream. */
export interface Gate extends ServiceAccess, AsyncDisposable {}

/** Every way by which a service reaches data. */
export function createGate(options: GateOptions): Gate {
  const { grants, store, onFault } = options;
  const keys = createGrantKeys(options);
  const wakes = createWakes(options);
  const rates = createRates((grant, clause, hour, day) => store.read('gate.usage', { grant, clause, hour, day }));
  const answering = createAnswering({ ...options, keys, rates, changesOf: wakes.changesOf });
  const changes = createChanges({ ...options, answering, keys, pages: createChangePages(store) });
  const stopForgetting = grants.onChange((grantId) => void forgetIfOver(grantId).catch(onFault));

  /** Names of a contract that is over mean nothing any more. */
  async function forgetIfOver(grantId: string): Promise<void> {
    const grant = await grants.grantNow(grantId);
    if (grant?.view.state !== 'withdrawn' && grant?.view.state !== 'expired') return;
    keys.forget(grantId);
    await store.write('gate.forget', { grant: grantId });
  }

  return {
    ...createReads(options, answering),
    ...createWrites(options, answering),
    changes: changes.changes,
    watch: (caller, query) => watchChanges({ ...options, answering, changes, wakes }, caller, query),
    // The locker keeps no media files yet: they are remote addresses, released as such under raw clauses.
    media: async (caller, _id, clause) => {
      const request = { caller, action: 'read', clause, datatype: null };
      const answer = await answering.underClause<null>(
        request,
        async ({ held }) => mayDo(held.clause, 'read') ?? noRecord(),
      );
      if (answer.kind === 'refused') return answer;
      throw new LockerError('internal');
    },
    grant: (caller) =>
      answering.plain(plainRequest(caller, 'grant'), async ({ grant }) => ({ ...NO_ROWS, value: grant.view })),
    receipts: (caller) =>
      answering.plain<{ items: SignedReceipt[] }>(plainRequest(caller, 'receipts'), async () => ({
        ...NO_ROWS,
        value: { items: await grants.receipts(caller.grantId) },
      })),
    giveBack: (caller) =>
      answering.plain(plainRequest(caller, 'give back'), async () => {
        await grants.giveBack(caller.grantId);
        return { ...NO_ROWS, status: 204, value: null };
      }),
    async noteRefused(caller, request, error) {
      const grant = await grants.grantNow(caller.grantId).catch(onFault);
      const revision = grant?.view.client_id === caller.clientId ? grant.view.revision : null;
      await answering.refused({ caller, ...request }, error, revision);
    },
    async [Symbol.asyncDispose]() {
      stopForgetting();
      wakes.close();
    },
  };
}

const NO_ROWS = { status: 200, rows: 0, fields: [], oldest: null } as const;

function plainRequest(caller: Parameters<ServiceAccess['grant']>[0], action: string) {
  return { caller, action, clause: null, datatype: null };
}
