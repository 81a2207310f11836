import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { CLAUSE_TYPE, Clause } from '../../../protocol/contract/clause.ts';
import type { ClientMetadata, Offer } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { JsonObject } from '../../../protocol/json.ts';
import { openTestStore, type TestStore } from '../../store/testing.ts';
import { createContracts, type Contracts, type ContractsOptions } from '../contracts.ts';
import { parseOffer } from '../offers/parse-offer.ts';
import { signOffer } from '../offers/sign-offer.ts';
import { signText, type SigningKey } from '../offers/signature.ts';

export const NOON = Date.parse('2026-03-01T12:00:00Z');
export const DAY = 86_400_000;

/** A clause about posts, with what is given in place of its terms. */
export function postsClause(more: Partial<Record<keyof Clause, unknown>> = {}): Clause {
  return Clause.parse({
    type: CLAUSE_TYPE,
    clause_id: 'posts',
    actions: ['query', 'read', 'subscribe'],
    datatypes: ['social.post'],
    fields: ['author', 'content', 'published', 'url'],
    privileges: ['raw'],
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: 'Your posts', long: 'To show them.' } },
    retention: { max: 'P30D', on_withdraw: 'erase' },
    ...more,
  });
}

/** A service with a key of its own, whose documents a test may change at any time. */
export interface TestService {
  readonly clientId: string;
  readonly key: SigningKey;
  metadata: ClientMetadata;
  /** The offer that it publishes now. */
  offer: Offer;
  /** Publishes the next version, with what is given in place of its parts. */
  publish(more: Partial<Offer>): Promise<Offer>;
  /** What a program hands to its owner. */
  file(): string;
  /** A signature by its key. */
  sign(payload: unknown, typ: string): Promise<string>;
}

export async function testService(
  clientId = 'https://reader.example/client',
  clauses: Clause[] = [postsClause()],
): Promise<TestService> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key: SigningKey = { key: privateKey, alg: 'EdDSA' };
  const { origin, protocol } = new URL(clientId);
  const isLocal = protocol === 'http:';
  const metadata: ClientMetadata = {
    client_id: clientId,
    client_name: 'Reader',
    redirect_uris: [`${origin}/callback`],
    token_endpoint_auth_method: isLocal ? 'none' : 'private_key_jwt',
    jwks: { keys: [JsonObject.parse(publicKey.export({ format: 'jwk' }))] },
    ...(isLocal ? {} : { locker_offer_uri: `${origin}/offer` }),
  };
  const make = async (draft: Record<string, unknown>): Promise<Offer> =>
    parseOffer(await signOffer(draft, key), metadata);
  const first: Record<string, unknown> = {
    contract_version: '1',
    id: `${origin}/contract`,
    version: 1,
    client_id: clientId,
    controller: { name: 'Reader Ltd', contact: 'mail@reader.example', jurisdiction: 'DE', address: '' },
    language: 'en',
    datatypes: [],
    clauses,
    ...(isLocal ? {} : { webhook: `${origin}/hook` }),
  };
  const service: TestService = {
    clientId,
    key,
    metadata,
    offer: await make(first),
    async publish(more) {
      const { digest, version } = service.offer;
      service.offer = await make({ ...service.offer, version: version + 1, replaces: digest, ...more });
      return service.offer;
    },
    file: () => JSON.stringify({ client: service.metadata, offer: service.offer }),
    sign: (payload, typ) => signText(JSON.stringify(payload), typ, key),
  };
  return service;
}

/** Contracts over a real store and a web of services that exist in the test only. */
export interface TestContracts extends AsyncDisposable {
  readonly store: TestStore;
  readonly contracts: Contracts;
  /** UTC milliseconds; a test moves it. */
  clock: { now: number };
  readonly faults: unknown[];
  /** Addresses that were fetched. */
  readonly fetched: string[];
  /** Closes the contracts and opens them again over the same store. */
  reopen(more?: Partial<ContractsOptions>): Promise<Contracts>;
  /** Asks, and says yes: the id of the contract. */
  grant(service: TestService, limits?: Parameters<Contracts['owner']['previewRequest']>[1]): Promise<string>;
}

export async function openTestContracts(
  services: readonly TestService[],
  more: Partial<ContractsOptions> = {},
): Promise<TestContracts> {
  const store = await openTestStore();
  const seed = randomBytes(32);
  const clock = { now: NOON };
  const faults: unknown[] = [];
  const fetched: string[] = [];
  let outside: number | undefined;
  const open = (changes: Partial<ContractsOptions>): Promise<Contracts> =>
    createContracts({
      store,
      seed,
      epoch: {
        read: async () => outside,
        raise: async (epoch) => (outside = Math.max(outside ?? 0, epoch)),
      },
      async fetchDocument(url) {
        fetched.push(url);
        const found = services.flatMap(({ clientId, metadata, offer }): object[] => {
          if (url === clientId) return [metadata];
          return url === metadata.locker_offer_uri ? [offer] : [];
        });
        if (found[0] === undefined) throw new LockerError('fetch_failed');
        return Buffer.from(JSON.stringify(found[0]));
      },
      preview: async () => [],
      randomBytes,
      randomInt,
      keptDays: () => 730,
      now: () => clock.now,
      // Tests do what a clock would do.
      setTimer: () => ({ cancel: () => undefined }),
      onFault: (error) => faults.push(error),
      ...more,
      ...changes,
    });
  let contracts = await open({});
  const test: TestContracts = {
    store,
    get contracts() {
      return contracts;
    },
    clock,
    faults,
    fetched,
    async reopen(changes = {}) {
      await contracts[Symbol.asyncDispose]();
      contracts = await open(changes);
      return contracts;
    },
    async grant(service, limits = []) {
      const { requestId, number } = await contracts.approvals.ask({
        clientId: service.clientId,
        clauses: service.offer.clauses,
        offerDigest: null,
        action: 'create',
        grantId: null,
      });
      const { grant } = await contracts.owner.decideRequest(requestId, { decision: 'allow', number, limits });
      if (grant === null) throw new Error('no contract');
      return grant;
    },
    async [Symbol.asyncDispose]() {
      await contracts[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
  return test;
}
