import type { SignedReceipt } from '../../protocol/contract/grant.ts';
import type { KeptService, Store } from '../store/index.ts';
import type { Approvals } from './approvals.ts';
import { createClockWork, type ClockPowers } from './clock-work.ts';
import { keepErasureAnswer } from './erasure/erasure-answer.ts';
import type { GateGrants } from './gate/grants-face.ts';
import { openEpochRule, type OutsideEpoch } from './grants/epoch-rule.ts';
import { createEvents, type ContractEvent } from './grants/events.ts';
import { createGrantBook } from './grants/grant-book.ts';
import { createLifecycle } from './grants/lifecycle.ts';
import { createOutbox } from './grants/outbox.ts';
import { lockerKey, type LockerKey } from './grants/signing-key.ts';
import { createAccessLog } from './log/access-log.ts';
import { createDayClosing } from './log/day-closing.ts';
import { createOwner, type PreviewClause } from './owner.ts';
import type { OwnerControl } from './owner-control.ts';
import { createApprovals, knownOrigins } from './requests/approvals.ts';
import { createAsk } from './requests/ask.ts';
import { createDeciding } from './requests/decide.ts';
import { createOpenRequests } from './requests/open-requests.ts';
import { createBadTokens } from './services/bad-tokens.ts';
import { createClients, type FetchDocument } from './services/clients.ts';
import { lookAgain } from './services/look-again.ts';
import { createOffers } from './services/offers.ts';
import { acceptVersions } from './services/versions.ts';
import type { Outbox } from './webhooks/outbox.ts';

const LOOK_EVERY_MS = 24 * 60 * 60_000;

export interface ContractsOptions extends ClockPowers {
  readonly store: Store;
  /** 32 bytes of which the locker's signing key is made; copied, so that the caller may clear them. */
  readonly seed: Uint8Array;
  readonly epoch: OutsideEpoch;
  readonly fetchDocument: FetchDocument;
  readonly preview: PreviewClause;
  readonly randomBytes: (size: number) => Buffer;
  /** A whole number from `min` to below `max`. */
  readonly randomInt: (min: number, max: number) => number;
  /** Days for which single entries of the access log are kept. */
  readonly keptDays: () => number;
  /** False: services' documents are read only when something asks for them. */
  readonly looks?: boolean;
}

/** The contracts of an open locker. */
export interface Contracts extends AsyncDisposable {
  readonly approvals: Approvals;
  readonly owner: OwnerControl;
  /** The gate's side. */
  readonly grants: GateGrants;
  /** Notices that wait to be sent. */
  readonly outbox: Outbox;
  /** The locker's signing key; its public half goes to services. */
  readonly key: LockerKey;
  /** Calls with everything that changes, once committed; returns what ends that. */
  on(listener: (event: ContractEvent) => void): () => void;
  /** A service's signed answer to the demand to erase. Throws `grant_not_found`, `record_invalid`. */
  erasureAnswered(clientId: string, grantId: string, jws: string): Promise<void>;
  /** Notes that the owner came in: `passphrase`, `launch`, `recovery`, `created`. */
  noteLogin(way: string): Promise<void>;
  /** Days for which log entries are kept have changed. */
  keptDaysChanged(): void;
}

/** Opens the book of contracts: an old copy of the store starts with all contracts paused. */
export async function createContracts(options: ContractsOptions): Promise<Contracts> {
  const { store, now, onFault } = options;
  await using stack = new AsyncDisposableStack();
  const key = lockerKey(options.seed);
  const events = createEvents(onFault);
  const epoch = await openEpochRule(store, options.epoch, onFault);
  let origins: ReadonlySet<string> = new Set();
  const readOrigins = async (): Promise<void> => {
    origins = await knownOrigins(store);
  };
  const book = createGrantBook({ store, key: key.signing, events, epoch, onBeginOrEnd: readOrigins, now });
  const lifecycle = createLifecycle({ store, book, now });
  if (epoch.isOldCopy) await pauseRestored();
  else await book.change(async () => ({ steps: [] }));
  async function pauseRestored(): Promise<void> {
    const services = new Set((await book.list({ live: true })).map(({ service }) => service));
    await lifecycle.pauseRestored();
    for (const service of services) await store.write('contracts.warn', { service, code: 'restored', at: now() });
  }
  const newId = (): string => options.randomBytes(16).toString('base64url');
  const log = createAccessLog(store);
  stack.defer(() => log.idle());
  const clients = createClients({ store, fetchDocument: options.fetchDocument, now });
  const offers = createOffers({ store, clients, now });
  const requests = stack.use(createOpenRequests({ now, randomInt: options.randomInt, newId, events }));
  await readOrigins();
  const badTokens = stack.use(createBadTokens({ store, now, onFault }));

  async function onService(service: KeptService): Promise<void> {
    book.servicesChanged();
    clients.forget(service.clientId);
    await readOrigins();
    if (!service.blocked) await acceptVersions(service, { store, book, requests, now });
  }
  async function onVersion(id: string): Promise<void> {
    const service = await store.read('contracts.service', { id });
    if (service !== null) await onService(service);
  }

  const expiry = stack.use(createClockWork(() => lifecycle.expire(), options));
  const closing = createDayClosing({ store, book, now, keptDays: options.keptDays });
  const days = stack.use(createClockWork(() => closing.run(), options));
  const looking = stack.use(
    createClockWork(async () => {
      if (options.looks !== false) await lookAgain({ store, book, clients, offers, now, onService, onFault });
      return now() + LOOK_EVERY_MS;
    }, options),
  );
  stack.defer(
    events.on((event) => {
      if (event.kind === 'grant') expiry.soon();
    }),
  );

  const deciding = createDeciding({ store, book, offers, requests, newGrantId: newId, newId, now });
  const ask = createAsk({ store, book, clients, offers, requests, onVersion, now });
  const owner = createOwner({
    store,
    book,
    lifecycle,
    requests,
    deciding,
    events,
    key,
    preview: options.preview,
    onService,
    clients,
    offers,
    newId,
    now,
  });
  for (const service of await store.read('contracts.services', {})) {
    if (!service.blocked) await acceptVersions(service, { store, book, requests, now });
  }
  expiry.soon();
  days.soon();
  looking.soon();
  stack.defer(() => events.tell({ kind: 'locking' }));
  const kept = stack.move();
  return {
    approvals: createApprovals({ book, clients, requests, ask, badTokens, origins: () => origins }),
    owner,
    grants: {
      grantNow: (id) => book.now(id),
      appendLog: (row, moreSoon) => log.append(row, moreSoon),
      onChange: (listener) =>
        events.on((event) => {
          if (event.kind === 'grant') listener(event.grant);
        }),
      receipts: (id) => allReceipts(store, id),
      giveBack: (id) => lifecycle.withdraw(id),
    },
    outbox: createOutbox({ store, now }),
    key,
    on: (listener) => events.on(listener),
    erasureAnswered: (clientId, grantId, jws) => keepErasureAnswer({ store, book, now }, clientId, grantId, jws),
    noteLogin: (way) => store.write('logins.add', { at: now(), way }),
    keptDaysChanged: () => days.soon(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function allReceipts(store: Pick<Store, 'read'>, grant: string): Promise<SignedReceipt[]> {
  const receipts: SignedReceipt[] = [];
  for (;;) {
    const query = { grant, after: receipts.length, limit: 1000, dayClosings: true };
    const more = await store.read('contracts.receipts', query);
    receipts.push(...more);
    if (more.length < 1000) return receipts;
  }
}
