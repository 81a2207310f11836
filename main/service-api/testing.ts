import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Clause } from '../../protocol/contract/clause.ts';
import type { GrantState, GrantView } from '../../protocol/contract/grant.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { Answer, Approvals, Ask, Decision, KnownClient, MediaAnswer, ServiceAccess } from '../contracts/index.ts';
import { listen } from '../http/index.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import { createServiceApi, serviceDoor, type ServiceApi } from './index.ts';
import { CLAUSE } from './testing/clause.ts';
import { startProxy } from './testing/proxy.ts';
import type { ServiceOwner } from './testing/service.ts';

/** Folder of the pages that a browser sees. */
export const PAGES = fileURLToPath(new URL('pages', import.meta.url));

export { CLAUSE } from './testing/clause.ts';
export { testService, type ServiceOwner, type TestService } from './testing/service.ts';

/** What the owner's side did and was told, for tests to look at and to decide with. */
export interface TestApprovals extends Approvals {
  readonly asks: (Ask & { readonly requestId: string })[];
  readonly bad: { readonly clientId: string | null; readonly reason: string }[];
  readonly waited: Set<string>;
  readonly good: string[];
  known(client: KnownClient): void;
  decide(requestId: string, decision: Decision): void;
  /** Makes a grant and says yes to the newest request with it. */
  allow(): string;
  setGrant(grantId: string, state: GrantState | null): void;
  /** What `ask` throws next. */
  refuseNext(error: LockerError): void;
}

function grantOf(grantId: string, clientId: string, clauses: readonly Clause[]): GrantView {
  return {
    grant_id: grantId,
    client_id: clientId,
    state: 'active',
    revision: 1,
    offer: { id: 'https://newcomer.example/contract', version: 1, digest: 'd'.repeat(43) },
    since: '2026-11-25T00:00:00Z',
    authorization_details: [...clauses],
  };
}

export function memoryApprovals(): TestApprovals {
  const clients = new Map<string, KnownClient>();
  const grants = new Map<string, GrantView>();
  const decisions = new Map<string, Decision>();
  const told = new EventEmitter();
  const origins = new Set<string>();
  let refusal: LockerError | undefined;
  const made: TestApprovals = {
    asks: [],
    bad: [],
    good: [],
    waited: new Set(),
    known(client) {
      clients.set(client.clientId, client);
      for (const uri of client.metadata.redirect_uris) origins.add(new URL(uri).origin);
    },
    decide(requestId, decision) {
      decisions.set(requestId, decision);
      told.emit(requestId);
    },
    allow() {
      const ask = made.asks.at(-1);
      if (ask === undefined) throw new Error('nobody asked');
      const grantId = ask.grantId ?? randomBytes(16).toString('base64url');
      grants.set(grantId, grantOf(grantId, ask.clientId, ask.clauses));
      made.decide(ask.requestId, { kind: 'allowed', grantId, clauses: ask.clauses });
      return grantId;
    },
    setGrant(grantId, state) {
      const grant = grants.get(grantId);
      if (grant === undefined || state === null) grants.delete(grantId);
      else grants.set(grantId, { ...grant, state });
    },
    refuseNext: (error) => (refusal = error),
    client: async (clientId) => clients.get(clientId) ?? null,
    origins: () => origins,
    async ask(ask) {
      const error = refusal;
      refusal = undefined;
      if (error !== undefined) throw error;
      const requestId = randomBytes(8).toString('hex');
      made.asks.push({ ...ask, requestId });
      return { requestId, number: 42, expiresAt: Date.now() + 600_000 };
    },
    tabWaiting: (requestId) => made.waited.add(requestId),
    async decision(requestId, signal) {
      const kept = decisions.get(requestId);
      if (kept !== undefined) return kept;
      await once(told, requestId, { signal }).catch(() => undefined);
      return decisions.get(requestId) ?? { kind: 'waiting' };
    },
    grant: async (grantId) => grants.get(grantId) ?? null,
    badToken: (clientId, reason) => made.bad.push({ clientId, reason }),
    goodToken: (clientId) => made.good.push(clientId),
  };
  return made;
}

/** An answer as the gate gives it. */
export function answered<T>(value: T, status: 200 | 201 | 204 = 200): Answer<T> {
  return {
    kind: 'answered',
    status,
    value,
    json: JSON.stringify(value),
    etag: '"digest"',
    revision: 3,
    rate: { limit: 100, remaining: 99, resetSeconds: 60 },
  };
}

export function refused(error: LockerError, retryAfterSeconds: number | null = null): Answer & { kind: 'refused' } {
  return { kind: 'refused', error, revision: 3, rate: null, retryAfterSeconds };
}

/** Calls of the gate, and what it is to answer. */
export interface TestAccess extends ServiceAccess {
  readonly calls: { readonly name: string; readonly args: readonly unknown[] }[];
  answer: Answer;
  media_: MediaAnswer;
  pages: (signal: AbortSignal) => AsyncIterable<Answer>;
  /** Aborted: the stream that was opened last is over. */
  over: AbortController;
}

export function memoryAccess(): TestAccess {
  const calls: TestAccess['calls'] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void calls.push({ name, args });
  const access: TestAccess = {
    calls,
    answer: answered({ items: [], next: null }),
    media_: refused(new LockerError('not_found')),
    async *pages() {},
    over: new AbortController(),
    list: async (...args) => (note('list')(...args), access.answer),
    one: async (...args) => (note('one')(...args), access.answer),
    count: async (...args) => (note('count')(...args), access.answer),
    aggregate: async (...args) => (note('aggregate')(...args), access.answer),
    changes: async (...args) => (note('changes')(...args), access.answer),
    watch(...args) {
      note('watch')(...args);
      access.over = new AbortController();
      return Object.assign(access.pages(args[0].signal), { ended: access.over.signal });
    },
    append: async (...args) => (note('append')(...args), access.answer),
    update: async (...args) => (note('update')(...args), access.answer),
    remove: async (...args) => (note('remove')(...args), access.answer),
    media: async (...args) => (note('media')(...args), access.media_),
    grant: async (caller) => {
      note('grant')(caller);
      return answered(grantOf(caller.grantId, caller.clientId, [CLAUSE]));
    },
    receipts: async (caller) => {
      note('receipts')(caller);
      return answered({ items: [] });
    },
    giveBack: async (caller) => (note('giveBack')(caller), answered(null, 204)),
    noteRefused: async (...args) => note('noteRefused')(...args),
  };
  return access;
}

/** A service API on a free port, with the owner's side in memory. */
export interface TestApi extends ServiceOwner, AsyncDisposable {
  readonly api: ServiceApi;
  readonly approvals: TestApprovals;
  readonly access: TestAccess;
  readonly store: TestStore;
  readonly port: number;
  readonly faults: unknown[];
  readonly erasures: readonly (readonly [clientId: string, grantId: string, jws: string])[];
  readonly keys: readonly JWK[];
}

/** @param origin under which a proxy would make it known */
export async function startTestApi(now: () => number = Date.now, origin?: string): Promise<TestApi> {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openTestStore());
  const approvals = memoryApprovals();
  const access = memoryAccess();
  const faults: unknown[] = [];
  const erasures: (readonly [clientId: string, grantId: string, jws: string])[] = [];
  const { publicKey } = await generateKeyPair('EdDSA');
  const keys = [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', use: 'sig', kid: 'locker' }];
  const made: { api?: ServiceApi } = {};
  const listening = stack.use(
    await listen(
      { port: 0, host: '127.0.0.1' },
      (port) => serviceDoor(origin ?? `http://127.0.0.1:${port ?? 0}`, () => approvals.origins()),
      (request, response) => made.api?.handle(request, response),
    ),
  );
  const port = listening.port ?? 0;
  const issuer = origin ?? `http://127.0.0.1:${port}`;
  const base = origin === undefined ? issuer : stack.use(await startProxy(port, new URL(origin).host)).base;
  const api = stack.use(
    await createServiceApi({
      approvals,
      access,
      erasureAnswered: async (...args) => void erasures.push(args),
      store,
      keys,
      issuer,
      pages: PAGES,
      version: '1.2.3',
      now,
      onFault: (error) => faults.push(error),
    }),
  );
  made.api = api;
  const kept = stack.move();
  return {
    api,
    approvals,
    access,
    store,
    port,
    issuer,
    base,
    known: (client) => approvals.known(client),
    allow: async () => void approvals.allow(),
    faults,
    erasures,
    keys,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
