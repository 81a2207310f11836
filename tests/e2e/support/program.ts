import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signOffer } from '../../../main/contracts/index.ts';
import { authorizePath, testService, type TestService } from '../../../main/service-api/testing/service.ts';
import { Clause } from '../../../protocol/contract/clause.ts';

/** A clause about the owner's posts, with what is given in place of its terms. */
export function postsClause(more: Record<string, unknown> = {}): Clause {
  return Clause.parse({
    type: 'urn:locker:clause:v1',
    clause_id: 'posts',
    actions: ['query'],
    datatypes: ['social.post'],
    fields: ['content', 'published'],
    filter: [{ field: 'mine', op: 'eq', value: true }],
    window: { rolling: 'P90D' },
    privileges: ['raw'],
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: 'Print a diary', long: 'Your own posts, one page a day.' } },
    retention: { max: 'P30D', on_withdraw: 'erase' },
    ...more,
  });
}

export interface Offered {
  readonly version: number;
  readonly clauses: readonly Clause[];
  readonly controller?: string;
}

/** A program of this computer whose offers a test writes. */
export interface Program extends Disposable {
  /** The file that it hands to its owner; the next version replaces the one before. */
  file(offered: Offered): Promise<string>;
  /** Asks for clauses. @returns the page that its owner's browser waits on */
  ask(clauses: readonly Clause[], more?: Record<string, string>): Promise<string>;
  /** What came back to its redirect address. */
  exchange(code: string): ReturnType<TestService['exchange']>;
  readonly redirectUri: string;
  /** Address and port, by which the locker knows it. */
  readonly host: string;
}

/** At an address of its own; given one, it says that it is there, where another program answers. */
export async function makeProgram(locker: string, name: string, at?: string): Promise<Program> {
  const server = createServer((_request, response) => response.end('<!doctype html><title>Back</title>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = at ?? `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const service = await testService(
    { issuer: locker, known: () => {}, allow: () => Promise.reject(new Error('by hand')) },
    'local',
    host,
  );
  const { clientId, metadata } = service.client;
  let last: string | undefined;
  return {
    host,
    redirectUri: service.redirectUri,
    async file({ version, clauses, controller = 'Diary Press' }) {
      const draft = {
        contract_version: '1',
        id: `${new URL(clientId).origin}/contract`,
        version,
        ...(version === 1 ? {} : { replaces: last }),
        client_id: clientId,
        controller: { name: controller, contact: 'hello@diary.example', jurisdiction: 'NL' },
        language: 'en',
        clauses,
      };
      const offer = await signOffer(draft, { key: service.clientKey.privateKey, alg: 'EdDSA', kid: 'client' });
      last = offer.digest;
      const file = join(folder, `offer-${String(version)}.json`);
      writeFileSync(file, JSON.stringify({ client: { ...metadata, client_name: name }, offer }));
      return file;
    },
    async ask(clauses, more = {}) {
      const pushed = await service.par({ authorization_details: JSON.stringify(clauses), ...more });
      if (pushed.status !== 201) throw new Error(JSON.stringify(pushed.body));
      return locker + authorizePath(clientId, String(pushed.body['request_uri']));
    },
    exchange: (code) => service.exchange(code),
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
