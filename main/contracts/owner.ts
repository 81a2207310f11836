import type { Clause } from '../../protocol/contract/clause.ts';
import { GrantId } from '../../protocol/contract/grant.ts';
import type { OwnDatatype } from '../../protocol/contract/offer.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { ClausePreview, Preview } from '../../protocol/owner/services.ts';
import type { KeptGrant, KeptService, Store } from '../store/index.ts';
import { createActivity } from './activity/activity.ts';
import type { ContractEvents } from './grants/events.ts';
import type { GrantBook } from './grants/grant-book.ts';
import type { Lifecycle } from './grants/lifecycle.ts';
import type { LockerKey } from './grants/signing-key.ts';
import { bundles } from './log/bundle.ts';
import type { OwnerControl } from './owner-control.ts';
import { verifyBundle } from './receipts/verify-bundle.ts';
import type { Deciding } from './requests/decide.ts';
import type { OpenRequests } from './requests/open-requests.ts';
import { requestView } from './requests/request-view.ts';
import { limited, viewsOf, type Grounds } from './requests/terms.ts';
import { addService, type AddOptions } from './services/add-service.ts';
import { cardOf, readCards } from './services/cards.ts';
import { grantPage } from './services/grant-page.ts';

/** What a clause would release now, of each datatype. */
export type PreviewClause = (clause: Clause, datatypes: readonly OwnDatatype[]) => Promise<ClausePreview['byDatatype']>;

export interface OwnerOptions extends Omit<AddOptions, 'endProgram'> {
  readonly store: Store;
  readonly book: GrantBook;
  readonly lifecycle: Lifecycle;
  readonly requests: OpenRequests;
  readonly deciding: Deciding;
  readonly events: ContractEvents;
  readonly key: LockerKey;
  readonly preview: PreviewClause;
  /** A newer version of a service's offer was seen, or the service is another than before. */
  readonly onService: (service: KeptService) => Promise<void>;
}

/** The owner's side, over the parts that do it. */
export function createOwner(options: OwnerOptions): OwnerControl {
  const { store, book, lifecycle, requests, deciding, now } = options;
  const activity = createActivity(options);

  async function serviceOf(id: string): Promise<KeptService> {
    const service = await store.read('contracts.service', { id });
    if (service === null) throw new LockerError('service_not_found');
    return service;
  }

  async function grantOf(id: string): Promise<KeptGrant> {
    const grant = GrantId.safeParse(id).success ? await book.get(id) : null;
    if (grant === null) throw new LockerError('grant_not_found');
    return grant;
  }

  async function previewOf(
    asked: readonly Clause[],
    clauses: readonly Clause[],
    { offer, known }: Pick<Grounds, 'offer' | 'known'>,
  ): Promise<Preview> {
    const views = new Map(viewsOf(clauses, asked, { offer, known }).map((view) => [view.clause.clause_id, view]));
    const datatypes = [...known, ...offer.datatypes];
    const shown = asked.map(async ({ clause_id }): Promise<ClausePreview> => {
      const view = views.get(clause_id) ?? null;
      const byDatatype = view === null ? [] : await options.preview(view.clause, datatypes);
      return { clauseId: clause_id, view, byDatatype };
    });
    return { clauses: await Promise.all(shown) };
  }

  async function endProgram({ id, clientId }: KeptService): Promise<void> {
    await lifecycle.endService(id);
    requests.drop(({ client }) => client.clientId === clientId);
    await store.write('contracts.retireOffers', { service: id, at: now() });
  }

  return {
    async services() {
      const sources = await readCards(store, now());
      const { allPaused } = await store.read('contracts.rules', {});
      const items = sources.services.flatMap((service) => cardOf(service, sources, now()) ?? []);
      return { items, waiting: requests.all().length, allPaused };
    },
    async addService(add) {
      const { service, answer } = await addService(add, { ...options, endProgram });
      await options.onService(service);
      return answer;
    },
    pauseServices: (paused) => lifecycle.pauseAll(paused),
    async service(id) {
      const service = await serviceOf(id);
      const card = cardOf(service, await readCards(store, now()), now());
      if (card === null) throw new LockerError('service_not_found');
      const grants = await book.list({ service: id, live: false });
      return { card, grants: await Promise.all(grants.map((grant) => grantPage(grant, options))) };
    },
    async blockService(id, blocked) {
      const service = await serviceOf(id);
      await lifecycle.block(id, blocked);
      if (blocked) requests.drop(({ client }) => client.clientId === service.clientId);
      await options.onService(await serviceOf(id));
    },
    async dismissWarnings(id, upTo) {
      await store.write('contracts.dismissWarnings', { service: (await serviceOf(id)).id, upTo: Date.parse(upTo) });
    },
    async accessRequests() {
      const { policy } = await store.read('contracts.rules', {});
      const known = await store.read('contracts.ownDatatypes', {});
      const items = await Promise.all(
        requests.all().map(async (request) => {
          const before = request.grant === null ? null : await book.get(request.grant);
          const offerBefore = before === null ? null : await book.offer(before.offer.digest);
          const kept = await store.read('contracts.serviceOf', { clientId: request.client.clientId });
          const tabWaiting = requests.isTabWaiting(request.id);
          return requestView(request, {
            before,
            offerBefore,
            service: kept?.id ?? '',
            known,
            policy,
            tabWaiting,
            now: now(),
          });
        }),
      );
      return { items };
    },
    async *watchRequests(signal) {
      let wake = Promise.withResolvers<void>();
      let over = signal.aborted;
      const stop = (): void => {
        over = true;
        wake.resolve();
      };
      const end = options.events.on(({ kind }) => {
        if (kind === 'locking') stop();
        else if (kind === 'requests') wake.resolve();
      });
      signal.addEventListener('abort', stop);
      try {
        while (!over) {
          wake = Promise.withResolvers<void>();
          yield { waiting: requests.all().length };
          await wake.promise;
        }
      } finally {
        signal.removeEventListener('abort', stop);
        end();
      }
    },
    async previewRequest(id, limits) {
      const request = requests.get(id);
      const { clauses, grounds } = await deciding.termsOf(request, limits);
      return previewOf(request.asked, clauses, grounds);
    },
    decideRequest: (id, decision) => deciding.decide(id, decision),
    async previewLimits(id, limits) {
      const grant = await grantOf(id);
      const offer = await book.offer(grant.offer.digest);
      const known = await store.read('contracts.ownDatatypes', {});
      const { policy } = await store.read('contracts.rules', {});
      const clauses = limited(grant.asked, limits, { offer, known, policy, since: grant.agreed });
      return previewOf(grant.asked, clauses, { offer, known });
    },
    async setLimits(id, limits) {
      await lifecycle.limit((await grantOf(id)).id, limits);
      return grantPage(await grantOf(id), options);
    },
    async pauseGrant(id, paused) {
      await lifecycle.pause((await grantOf(id)).id, paused);
    },
    async withdrawGrant(id) {
      const grant = await grantOf(id);
      await lifecycle.withdraw(grant.id);
      requests.drop((request) => request.grant === grant.id);
    },
    getPolicy: async () => (await store.read('contracts.rules', {})).policy,
    async savePolicy(policy) {
      await lifecycle.setPolicy(policy);
      return policy;
    },
    activity,
    async verifyActivity() {
      const sum = { receipts: 0, entries: 0 };
      for await (const bundle of bundles(await book.list({ live: false }), options)) {
        const verdict = await verifyBundle(bundle);
        sum.receipts += verdict.receipts;
        sum.entries += verdict.entries;
        if (!verdict.intact) return { ...verdict, ...sum };
      }
      return { intact: true, problem: null, ...sum };
    },
    async *exportActivity() {
      yield* bundles(await book.list({ live: false }), options);
    },
  };
}
