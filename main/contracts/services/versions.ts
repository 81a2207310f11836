import type { Clause } from '../../../protocol/contract/clause.ts';
import { Offer } from '../../../protocol/contract/offer.ts';
import type { KeptGrant, KeptService, Store } from '../../store/index.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import { meet } from '../lattice/meet.ts';
import { effective } from '../limits/effective.ts';
import { tablesOf } from '../offers/parse-offer.ts';
import { compareVersions } from '../offers/versions.ts';
import type { OpenRequests } from '../requests/open-requests.ts';
import { knownClient } from './clients.ts';

export interface VersionsOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly book: GrantBook;
  readonly requests: Pick<OpenRequests, 'notice'>;
  readonly now: () => number;
}

/**
 * Brings a service's contracts to the newest version of its offer as far as nothing grows; for the rest the owner is asked,
 * and the version before stays in force (CONTRACTS.md, Versions).
 */
export async function acceptVersions(service: KeptService, options: VersionsOptions): Promise<void> {
  const { store, book } = options;
  const grants = await book.list({ service: service.id, live: true });
  const newest = await store.read('contracts.newestOffers', { service: service.id });
  for (const grant of grants) {
    const kept = newest.find(({ offerId }) => offerId === grant.offer.id);
    if (kept === undefined || kept.digest === grant.offer.digest || kept.digest === grant.declined) continue;
    const next = Offer.parse(kept.document);
    const plan = versionPlan(grant, await book.offer(grant.offer.digest), next);
    if (plan.kind === 'quiet') await accept(grant, next, plan, options);
    else if (plan.asked.length > 0) {
      options.requests.notice({
        kind: 'version',
        client: knownClient(service),
        offer: next,
        document: kept.document,
        asked: plan.asked,
        grant: grant.id,
      });
    }
  }
}

type Plan =
  | { readonly kind: 'quiet'; readonly asked: Clause[]; readonly seen: boolean }
  /** What a yes would come to; until then nothing changes. */
  | { readonly kind: 'prompt'; readonly asked: Clause[] };

/** What a later version of its offer means for one contract. */
export function versionPlan(grant: Pick<KeptGrant, 'asked'>, previous: Offer, next: Offer): Plan {
  const { clauses, controllerChanged, textChanged } = compareVersions(previous, next);
  const held = new Set(grant.asked.map(({ clause_id }) => clause_id));
  const isRequired = (id: string): boolean =>
    next.clauses.some(({ clause_id, necessity }) => clause_id === id && necessity === 'required');
  // A clause that this contract doesn't hold, and needn't, is no matter of it.
  const concerned = clauses.filter(({ clauseId }) => held.has(clauseId) || isRequired(clauseId));
  const prompts = controllerChanged || concerned.some(({ need }) => need === 'prompt');
  const narrowed = grant.asked.flatMap((clause) => {
    const now = next.clauses.find(({ clause_id }) => clause_id === clause.clause_id);
    return now === undefined ? [] : (meet({ ...clause, purpose_text: now.purpose_text }, now) ?? []);
  });
  if (!prompts && narrowed.length > 0) {
    return { kind: 'quiet', asked: narrowed, seen: textChanged || concerned.some(({ need }) => need === 'seen') };
  }
  return {
    kind: 'prompt',
    asked: next.clauses.filter(({ clause_id }) => held.has(clause_id) || isRequired(clause_id)),
  };
}

async function accept(
  { id, service }: KeptGrant,
  next: Offer,
  { asked, seen }: Extract<Plan, { kind: 'quiet' }>,
  { store, book, now }: VersionsOptions,
): Promise<void> {
  const { policy } = await store.read('contracts.rules', {});
  const known = await store.read('contracts.ownDatatypes', {});
  const ids = new Set(asked.map(({ clause_id }) => clause_id));
  await book.change(async () => {
    const grant = await book.get(id);
    if (grant === null || grant.ended !== null) return null;
    const limits = grant.limits.filter(({ clause_id }) => ids.has(clause_id));
    const clauses = effective(asked, limits, policy, grant.agreed, tablesOf(next, known));
    return { steps: [{ on: id, step: { event: 'version accepted', offer: next, asked, limits, clauses } }] };
  });
  if (seen) await store.write('contracts.warn', { service, code: 'version_text', at: now() });
}
