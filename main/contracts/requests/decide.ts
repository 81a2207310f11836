import type { Limits, OwnDatatype } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Decide } from '../../../protocol/owner/services.ts';
import type { KeptGrant, Store } from '../../store/index.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import { isOver } from '../grants/ends-at.ts';
import type { GrantStep } from '../grants/grant-step.ts';
import type { Offers } from '../services/offers.ts';
import type { OpenRequest, OpenRequests } from './open-requests.ts';
import { isNarrowing, termsAfter, type Grounds, type Terms } from './terms.ts';

export interface DecideOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly book: GrantBook;
  readonly offers: Offers;
  readonly requests: OpenRequests;
  /** 22 base64url characters of a good source. */
  readonly newGrantId: () => string;
  readonly newId: () => string;
  readonly now: () => number;
}

/** The owner's answer to a request, and what a yes would come to. */
export interface Deciding {
  decide(id: string, decision: Decide): Promise<{ grant: string | null }>;
  /** Terms that a yes with these limits would make now. Throws `request_not_found`, `limits_invalid`, `grant_over`. */
  termsOf(request: OpenRequest, limits: Limits): Promise<Terms & { readonly grounds: Grounds }>;
}

export function createDeciding(options: DecideOptions): Deciding {
  const { store, book, offers, requests, now } = options;

  async function grantOf({ id, grant }: OpenRequest): Promise<KeptGrant | null> {
    if (grant === null) return null;
    const kept = await book.get(grant);
    if (kept !== null && !isOver(kept, now())) return kept;
    requests.end(id, { kind: 'denied' });
    throw new LockerError('grant_over');
  }

  async function termsOf(request: OpenRequest, limits: Limits): Promise<Terms & { readonly grounds: Grounds }> {
    const before = await grantOf(request);
    const known: OwnDatatype[] = await store.read('contracts.ownDatatypes', {});
    const { policy } = await store.read('contracts.rules', {});
    // A merge adds to what was agreed: its end is that of the whole.
    const since = request.kind === 'merge' && before !== null ? before.agreed : now();
    const grounds = { offer: request.offer, known, policy, since };
    return { ...termsAfter(request.kind, before, request.asked, limits, grounds), grounds };
  }

  async function refuse(request: OpenRequest): Promise<void> {
    const { grant, kind, offer } = request;
    // The version before is served until its grace ends, and the owner is not asked again.
    if (kind === 'version' && grant !== null) {
      await book.change(async () => ({ steps: [{ on: grant, step: { event: null, declined: offer.digest } }] }));
    }
    requests.end(request.id, { kind: 'denied' });
  }

  /** What is kept of a service that was a stranger. */
  async function keepService({ client, offer, document }: OpenRequest): Promise<string> {
    const { clientId, kind, host, metadata } = client;
    const service = await store.write('contracts.keepService', {
      id: options.newId(),
      clientId,
      kind,
      host,
      name: metadata.client_name,
      metadata,
      addedBy: 'request',
      at: now(),
    });
    if (service.blocked) throw new LockerError('service_blocked');
    await offers.keep(service.id, client, { offer, document });
    return service.id;
  }

  async function allow(request: OpenRequest, limits: Limits): Promise<string> {
    const service = await keepService(request);
    const { clientId } = request.client;
    const [made] = await book.change(async () => {
      const before = await grantOf(request);
      const terms = await termsOf(request, limits);
      if (terms.clauses.length === 0) throw new LockerError('limits_invalid', { detail: 'nothing is left' });
      const { allPaused } = await store.read('contracts.rules', {});
      const step: GrantStep = {
        event: eventOf(request, before, terms),
        asked: terms.asked,
        limits: terms.limits,
        clauses: terms.clauses,
        offer: request.offer,
        declined: null,
        ...(request.kind === 'merge' ? {} : { agreedNow: true }),
        // While everything is paused, a new contract is, too.
        ...(before === null && allPaused ? { state: 'paused', pausedBy: 'all' } : {}),
      };
      return { steps: [{ on: before?.id ?? { id: options.newGrantId(), service, clientId }, step }] };
    });
    if (made === undefined) throw new LockerError('internal');
    requests.end(request.id, { kind: 'allowed', grantId: made.id, clauses: made.clauses });
    return made.id;
  }

  return {
    async decide(id, decision) {
      const request = requests.get(id);
      if (decision.decision === 'deny') {
        await refuse(request);
        return { grant: null };
      }
      requests.requireNumber(request, decision.number);
      return { grant: await allow(request, decision.limits) };
    },
    termsOf,
  };
}

function eventOf({ kind }: OpenRequest, before: KeptGrant | null, terms: Terms): GrantStep['event'] {
  if (before === null) return 'granted';
  if (kind === 'version') return 'version accepted';
  return isNarrowing(before.clauses, terms.clauses) ? 'limited' : 'widened';
}
