import { Offer } from '../../../protocol/contract/offer.ts';
import type { GrantSummary, ServiceCard, ServiceIdentity } from '../../../protocol/owner/services.ts';
import type { KeptErasure, KeptGrant, KeptService, Store } from '../../store/index.ts';
import type { KnownClient } from '../approvals.ts';
import { erasureState } from '../erasure/erasure-state.ts';
import { endsAt, isOver } from '../grants/ends-at.ts';
import { summaryOf } from '../words/summary.ts';
import { warningText } from './warnings.ts';

const DAY_MS = 86_400_000;
/** Warnings older than this are no longer shown. */
const WARNED_MS = 30 * DAY_MS;

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Who is asking, by what was verified and by what its offer says. */
export function identityOf(id: string, client: KnownClient, offer: Offer): ServiceIdentity {
  return {
    id,
    clientId: client.clientId,
    kind: client.kind,
    name: client.metadata.client_name,
    host: client.host,
    controller: offer.controller,
    notice: offer.notice_uri ?? null,
  };
}

export function summaryOfGrant(grant: KeptGrant, now: number, titles: ReadonlyMap<string, string>): GrantSummary {
  const until = endsAt(grant);
  return {
    id: grant.id,
    state: grant.ended === null && isOver(grant, now) ? 'expired' : grant.state,
    revision: grant.revision,
    since: instant(grant.made),
    until: until === null ? null : instant(until),
    lastUsed: grant.lastUsed === null ? null : instant(grant.lastUsed),
    summary: summaryOf(grant.clauses, titles),
  };
}

export interface CardSources {
  readonly services: readonly KeptService[];
  readonly grants: readonly KeptGrant[];
  readonly offers: ReadonlyMap<string, Offer>;
  readonly erasures: readonly KeptErasure[];
  readonly warnings: readonly { readonly service: string; readonly code: string; readonly at: number }[];
  readonly titles: ReadonlyMap<string, string>;
}

/** Everything that cards of services are made of. */
export async function readCards(store: Pick<Store, 'read'>, now: number): Promise<CardSources> {
  const [services, grants, erasures, warnings, own] = await Promise.all([
    store.read('contracts.services', {}),
    store.read('contracts.grants', { live: false }),
    store.read('contracts.erasures', {}),
    store.read('contracts.warnings', { since: Math.max(0, now - WARNED_MS) }),
    store.read('contracts.ownDatatypes', {}),
  ]);
  const offers = new Map<string, Offer>();
  for (const { id } of services) {
    const offer = await shownOffer(store, id, grants);
    if (offer !== null) offers.set(id, offer);
  }
  return { services, grants, offers, erasures, warnings, titles: new Map(own.map(({ name, title }) => [name, title])) };
}

/** What a service says of itself in the contract that is in force; a newer version that the owner took no part in says nothing yet. */
async function shownOffer(
  store: Pick<Store, 'read'>,
  service: string,
  grants: readonly KeptGrant[],
): Promise<Offer | null> {
  const live = grants.find((grant) => grant.service === service && grant.ended === null);
  if (live !== undefined) {
    const held = await store.read('contracts.offer', { digest: live.offer.digest });
    if (held !== null) return Offer.parse(held.document);
  }
  const newest = await store.read('contracts.newestOffers', { service });
  const [last] = newest.toSorted((a, b) => b.seen - a.seen);
  return last === undefined ? null : Offer.parse(last.document);
}

/** A service with its contracts, the newest first; null where it has neither an offer nor a contract. */
export function cardOf(service: KeptService, sources: CardSources, now: number): ServiceCard | null {
  const offer = sources.offers.get(service.id);
  if (offer === undefined) return null;
  const warnings = sources.warnings.filter((warning) => warning.service === service.id);
  const warned = Math.max(...warnings.map(({ at }) => at));
  return {
    service: identityOf(service.id, service, offer),
    blocked: service.blocked,
    grants: sources.grants
      .filter((grant) => grant.service === service.id)
      .map((grant) => summaryOfGrant(grant, now, sources.titles)),
    erasureOverdue: sources.erasures.some(
      (erasure) => erasure.service === service.id && erasureState(erasure, now) === 'overdue',
    ),
    warnings: [...new Set(warnings.map(({ code }) => code))].map(warningText),
    warned: warnings.length === 0 ? null : instant(warned),
  };
}
