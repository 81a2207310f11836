import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Clause } from '../../protocol/contract/clause.ts';
import type { OwnDatatype } from '../../protocol/contract/offer.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { signOffer } from '../../main/contracts/index.ts';
import { testService, type ServiceOwner, type TestService } from '../../main/service-api/testing.ts';
import type { DrivenLocker } from './driven-locker.ts';

/** A port that was free a moment ago; a locker that starts again must be found where it was. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The owner, who says yes in the screens to whatever number the page shows. */
export function ownerOf(running: DrivenLocker, port: number): ServiceOwner {
  return {
    issuer: `http://127.0.0.1:${port}`,
    // Made known by its file.
    known: () => {},
    async allow(waiting) {
      const shown = Number(/>(\d\d)</.exec(waiting.text)?.[1]);
      const { items } = await running.call(ROUTES.accessRequests);
      const request = items.find(({ numbers }) => numbers?.includes(shown));
      if (request === undefined) throw new Error('nobody asks with this number');
      const body = { decision: 'allow', number: shown, limits: [] };
      await running.call(ROUTES.decideRequest, { params: { id: request.id }, body });
    },
  };
}

export interface Offered {
  readonly clauses: readonly Clause[];
  readonly datatypes?: readonly OwnDatatype[];
  readonly webhook?: string;
}

/** Hands the owner a program's file. */
export async function addProgram(running: DrivenLocker, service: TestService, offered: Offered): Promise<void> {
  const { metadata, clientId } = service.client;
  const offer = await signOffer(
    {
      contract_version: '1',
      id: `${clientId}#contract`,
      version: 1,
      client_id: clientId,
      controller: { name: 'Newcomer', contact: 'hello@newcomer.example', jurisdiction: 'NL' },
      language: 'en',
      ...offered,
    },
    { key: service.clientKey.privateKey, alg: 'EdDSA', kid: 'client' },
  );
  const file = JSON.stringify({ client: metadata, offer });
  await running.call(ROUTES.addService, { body: { file } });
}

export interface Contracted {
  readonly service: TestService;
  readonly tokens: Awaited<ReturnType<TestService['tokens']>>;
}

/** A program on this computer with a contract in force over all that it offers. */
export async function contractFor(
  running: DrivenLocker,
  owner: ServiceOwner,
  host: string,
  offered: Offered,
): Promise<Contracted> {
  const service = await testService(owner, 'local', host);
  await addProgram(running, service, offered);
  const tokens = await service.tokens({ authorization_details: JSON.stringify(offered.clauses) });
  return { service, tokens };
}
