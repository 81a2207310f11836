import { LockerError } from '../../../protocol/errors.ts';
import type { Clause } from '../../../protocol/contract/clause.ts';
import type { OwnDatatype } from '../../../protocol/contract/offer.ts';
import type { KeptGrant, Store } from '../../store/index.ts';
import type { Ask, Asked } from '../approvals.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import { isOver } from '../grants/ends-at.ts';
import { leq, normal } from '../lattice/meet.ts';
import { checkAsked } from '../offers/parse-offer.ts';
import type { Clients } from '../services/clients.ts';
import type { Offers } from '../services/offers.ts';
import type { OpenRequests } from './open-requests.ts';

export interface AskOptions {
  readonly store: Pick<Store, 'read'>;
  readonly book: Pick<GrantBook, 'get'>;
  readonly clients: Clients;
  readonly offers: Offers;
  readonly requests: OpenRequests;
  /** A newer version of a service's offer was seen. */
  readonly onVersion: (service: string) => Promise<void>;
  readonly now: () => number;
}

/** Opens a request for the owner, once everything that is asked holds. See `Approvals.ask` for what it throws. */
export function createAsk(options: AskOptions): (request: Ask) => Promise<Asked> {
  const { store, book, clients, offers, requests } = options;

  async function grantOf({ clientId, action, grantId }: Ask): Promise<KeptGrant | null> {
    if (action === 'create') return null;
    const grant = grantId === null ? null : await book.get(grantId);
    if (grant === null || grant.clientId !== clientId) throw new LockerError('grant_not_found');
    if (isOver(grant, options.now())) throw new LockerError('grant_over');
    return grant;
  }

  async function open(request: Ask): Promise<Asked> {
    const { clientId, action } = request;
    const client = await clients.client(clientId);
    if (client === null) throw new LockerError('service_not_found');
    const before = await grantOf(request);
    const kept = await store.read('contracts.serviceOf', { clientId });
    const signed = await offers.current(client, kept);
    if (request.offerDigest !== null && request.offerDigest !== signed.offer.digest) {
      throw new LockerError('offer_version', { detail: 'locker_offer is not what is published' });
    }
    const known: OwnDatatype[] = await store.read('contracts.ownDatatypes', {});
    checkAsked(request.clauses, signed.offer, known);
    // What a stranger offers is kept with the owner's yes.
    if (kept !== null && (await offers.keep(kept.id, client, signed))) await options.onVersion(kept.id);
    const asked = request.clauses.map(settledClause);
    requireFits(action, before === null ? null : await book.get(before.id), asked, signed.offer.clauses);
    const { id, number, expires } = requests.open({
      kind: action === 'create' ? 'new' : action,
      client,
      ...signed,
      asked,
      grant: before?.id ?? null,
    });
    return { requestId: id, number: number ?? 0, expiresAt: expires };
  }

  // The place comes before anything is fetched: a flood of requests costs nothing.
  return (request) => requests.reserved(request.clientId, () => open(request));
}

/** A clause in its one form; one that asks for nothing can't be granted. */
function settledClause(clause: Clause): Clause {
  const settled = normal(clause);
  if (settled === null)
    throw new LockerError('offer_invalid', { detail: `clause ${clause.clause_id} asks for nothing` });
  return settled;
}

/**
 * A merge leaves the other clauses of the contract as they are; it can't be under an offer that no longer holds them, as a
 * contract has one offer.
 */
function requireFits(
  action: Ask['action'],
  before: KeptGrant | null,
  asked: readonly Clause[],
  offered: readonly Clause[],
): void {
  if (action !== 'merge' || before === null) return;
  for (const clause of before.asked) {
    if (asked.some(({ clause_id }) => clause_id === clause.clause_id)) continue;
    const now = offered.find(({ clause_id }) => clause_id === clause.clause_id);
    if (now === undefined || !leq(clause, now)) {
      throw new LockerError('offer_version', { detail: `clause ${clause.clause_id} changed: ask with replace` });
    }
  }
}
