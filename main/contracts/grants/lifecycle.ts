import type { Limits, OwnDatatype, OwnerPolicy } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { KeptGrant, Store } from '../../store/index.ts';
import { effective } from '../limits/effective.ts';
import { tablesOf } from '../offers/parse-offer.ts';
import { isNarrowing, limited, sameClauses } from '../requests/terms.ts';
import { endsAt, isOver } from './ends-at.ts';
import type { Fact, GrantBook } from './grant-book.ts';

type Step = Fact['steps'][number];

/** What becomes of contracts: the owner's orders, the service's, and the clock's. Each is in force when it resolves. */
export interface Lifecycle {
  /** Throws `grant_not_found`, `grant_over`, `limits_invalid`. */
  limit(id: string, limits: Limits): Promise<void>;
  /** Throws `grant_not_found`, `grant_over`. */
  pause(id: string, paused: boolean): Promise<void>;
  pauseAll(paused: boolean): Promise<void>;
  /** Every contract starts paused after an old copy of the store was put back; the owner resumes each. */
  pauseRestored(): Promise<void>;
  /** Throws `grant_not_found`; over already, it stays so. */
  withdraw(id: string): Promise<void>;
  block(service: string, blocked: boolean): Promise<void>;
  /** Withdraws all contracts of a service. */
  endService(service: string): Promise<void>;
  setPolicy(policy: OwnerPolicy): Promise<void>;
  /** Ends what is over by the clock. @returns when the next one will be, or null */
  expire(): Promise<number | null>;
}

export interface LifecycleOptions {
  readonly store: Pick<Store, 'read'>;
  readonly book: GrantBook;
  readonly now: () => number;
}

export function createLifecycle({ store, book, now }: LifecycleOptions): Lifecycle {
  async function live(id: string): Promise<KeptGrant> {
    const grant = await book.get(id);
    if (grant === null) throw new LockerError('grant_not_found');
    if (isOver(grant, now())) throw new LockerError('grant_over');
    return grant;
  }

  function ending(grants: readonly KeptGrant[]): Step[] {
    return grants.map(({ id }) => ({ on: id, step: { event: 'withdrawn', state: 'withdrawn' } }));
  }

  async function underPolicy(grant: KeptGrant, policy: OwnerPolicy, known: readonly OwnDatatype[]): Promise<Step[]> {
    const offer = await book.offer(grant.offer.digest);
    const clauses = effective(grant.asked, grant.limits, policy, grant.agreed, tablesOf(offer, known));
    if (sameClauses(clauses, grant.clauses)) return [];
    const event = isNarrowing(grant.clauses, clauses) ? 'limited' : 'widened';
    return [{ on: grant.id, step: { event, clauses } }];
  }

  return {
    async limit(id, limits) {
      await book.change(async () => {
        const grant = await live(id);
        const known = await store.read('contracts.ownDatatypes', {});
        const { policy } = await store.read('contracts.rules', {});
        const offer = await book.offer(grant.offer.digest);
        const clauses = limited(grant.asked, limits, { offer, known, policy, since: grant.agreed });
        if (sameClauses(clauses, grant.clauses)) return { steps: [{ on: id, step: { event: null, limits } }] };
        const event = isNarrowing(grant.clauses, clauses) ? 'limited' : 'widened';
        return { steps: [{ on: id, step: { event, limits, clauses } }] };
      });
    },
    async pause(id, paused) {
      await book.change(async () => {
        const grant = await live(id);
        if ((grant.state === 'paused') === paused) return null;
        if (paused) return { steps: [{ on: id, step: { event: 'paused', state: 'paused', pausedBy: 'owner' } }] };
        // One that runs means that not everything is paused any more.
        return { steps: [{ on: id, step: { event: 'resumed', state: 'active' } }], allPaused: false };
      });
    },
    async pauseAll(paused) {
      await book.change(async () => {
        const grants = await book.list({ live: true });
        const concerned = grants.filter(({ state, pausedBy }) =>
          paused ? state === 'active' : state === 'paused' && pausedBy === 'all',
        );
        const steps = concerned.map(({ id }): Step => ({
          on: id,
          step: paused ? { event: 'paused', state: 'paused', pausedBy: 'all' } : { event: 'resumed', state: 'active' },
        }));
        return { steps, allPaused: paused };
      });
    },
    async pauseRestored() {
      await book.change(async () => {
        const grants = await book.list({ live: true });
        const steps = grants.map(({ id, state }): Step => ({
          on: id,
          step: { event: state === 'paused' ? null : 'paused', state: 'paused', pausedBy: 'restore' },
        }));
        return { steps };
      });
    },
    async withdraw(id) {
      await book.change(async () => {
        const grant = await book.get(id);
        if (grant === null) throw new LockerError('grant_not_found');
        return grant.ended === null ? { steps: ending([grant]) } : null;
      });
    },
    async block(service, blocked) {
      await book.change(async () => {
        const grants = blocked ? await book.list({ service, live: true }) : [];
        return { steps: ending(grants), blocked: { service, blocked } };
      });
    },
    async endService(service) {
      await book.change(async () => ({ steps: ending(await book.list({ service, live: true })) }));
    },
    async setPolicy(policy) {
      await book.change(async () => {
        const known = await store.read('contracts.ownDatatypes', {});
        const grants = await book.list({ live: true });
        const steps = await Promise.all(grants.map((grant) => underPolicy(grant, policy, known)));
        return { steps: steps.flat(), policy };
      });
    },
    async expire() {
      let next: number | null = null;
      await book.change(async () => {
        const grants = await book.list({ live: true });
        const over = grants.filter((grant) => isOver(grant, now()));
        for (const grant of grants) {
          const end = endsAt(grant);
          if (end !== null && !over.includes(grant)) next = Math.min(next ?? end, end);
        }
        return over.length === 0
          ? null
          : { steps: over.map(({ id }): Step => ({ on: id, step: { event: 'expired', state: 'expired' } })) };
      });
      return next;
    },
  };
}
