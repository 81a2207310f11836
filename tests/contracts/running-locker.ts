import { Clause } from '../../protocol/contract/clause.ts';
import type { Limits } from '../../protocol/contract/offer.ts';
import { signOffer, type OwnerControl } from '../../main/contracts/index.ts';
import type { Running } from '../../main/core/running.ts';
import { loadSample } from '../../main/core/sample.ts';
import { temporaryFolder } from '../../main/core/testing.ts';
import { runHere } from '../../main/core/testing/run-here.ts';
import { testService, type TestService } from '../../main/service-api/testing.ts';

/** A clause of the tests' service, with what is given in place of its terms. */
export function clauseOf(id: string, more: Record<string, unknown> = {}): Clause {
  return Clause.parse({
    type: 'urn:locker:clause:v1',
    clause_id: id,
    actions: ['read', 'query', 'subscribe'],
    datatypes: ['social.post'],
    fields: ['content', 'published', 'language'],
    privileges: ['raw'],
    necessity: 'optional',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: `Part ${id}`, long: '' } },
    ...more,
  });
}

/** The whole program over the made-up town, with its listener for services, and the owner's hands. */
export interface RunningLocker extends AsyncDisposable {
  readonly issuer: string;
  readonly faults: unknown[];
  readonly rooms: ReturnType<Running['locker']['opened']>['rooms'];
  owner(): OwnerControl;
  /** What the owner does with the next request; a test may change it. */
  decide: (requestId: string, shown: number, numbers: readonly number[]) => Promise<void>;
  /** A program on this computer that asks for these clauses at most; `version` publishes its offer anew. */
  program(clauses: readonly Clause[], port: number): Promise<TestService>;
  publish(service: TestService, clauses: readonly Clause[], version: number, replaces?: string): Promise<string>;
}

export async function startLocker(): Promise<RunningLocker> {
  const folder = await temporaryFolder();
  const faults: unknown[] = [];
  const running = await runHere(folder.path, null, faults);
  await running.locker.create('a long enough passphrase');
  const { store, rooms } = running.locker.opened();
  await loadSample(store, Date.now());
  await rooms.records.settle();
  const issuer = running.issuer ?? '';
  const locker: RunningLocker = {
    issuer,
    faults,
    rooms,
    owner: () => running.locker.opened().rooms.services,
    decide: async (id, shown) => {
      await locker.owner().decideRequest(id, { decision: 'allow', number: shown, limits: [] });
    },
    async program(clauses, port) {
      const service = await testService(
        {
          issuer,
          known: () => {},
          async allow(waiting) {
            const [request] = (await locker.owner().accessRequests()).items;
            const shown = Number(/>(\d\d)</.exec(waiting.text)?.[1]);
            await locker.decide(request?.id ?? '', shown, request?.numbers ?? []);
          },
        },
        'local',
        `127.0.0.1:${port}`,
      );
      await locker.publish(service, clauses, 1);
      return service;
    },
    async publish(service, clauses, version, replaces) {
      const { metadata, clientId } = service.client;
      const draft = {
        contract_version: '1',
        id: `${new URL(clientId).origin}/contract`,
        version,
        ...(replaces === undefined ? {} : { replaces }),
        client_id: clientId,
        controller: { name: 'Newcomer', contact: 'hello@newcomer.example', jurisdiction: 'NL' },
        language: 'en',
        clauses,
      };
      const offer = await signOffer(draft, { key: service.clientKey.privateKey, alg: 'EdDSA', kid: 'client' });
      await locker.owner().addService({ file: JSON.stringify({ client: metadata, offer }) });
      return offer.digest;
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
  return locker;
}

/** Only what is named of a clause is taken away. */
export function limit(id: string, more: Omit<Limits[number], 'clause_id' | 'off'>): Limits {
  return [{ clause_id: id, off: false, ...more }];
}
