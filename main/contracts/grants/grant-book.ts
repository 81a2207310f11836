import { GrantId, type GrantEvent, type GrantView } from '../../../protocol/contract/grant.ts';
import { Offer, type OwnDatatype, type OwnerPolicy } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { KeptGrant, Store } from '../../store/index.ts';
import type { GrantNow } from '../gate/grants-face.ts';
import type { SigningKey } from '../offers/signature.ts';
import { isOver } from './ends-at.ts';
import type { EpochRule } from './epoch-rule.ts';
import type { ContractEvents } from './events.ts';
import { grantChange, type Before, type GrantStep } from './grant-step.ts';

/** What one fact does: to which contracts, and what holds for all of them. */
export interface Fact {
  readonly steps: readonly { readonly on: string | NewGrant; readonly step: GrantStep }[];
  readonly policy?: OwnerPolicy;
  readonly allPaused?: boolean;
  readonly blocked?: { readonly service: string; readonly blocked: boolean };
}
export interface NewGrant {
  readonly id: string;
  readonly service: string;
  readonly clientId: string;
}

/** The contracts, as they were last committed. */
export interface GrantBook {
  /** One, or null; also one that is over. */
  get(id: string): Promise<KeptGrant | null>;
  /** One with what the gate needs, its state being what the clock says. */
  now(id: string): Promise<GrantNow | null>;
  list(choice: { service?: string; live: boolean }): Promise<KeptGrant[]>;
  offer(digest: string): Promise<Offer>;
  /**
   * Makes one fact after another, each in one transaction. `make` reads what it needs: nothing changes meanwhile.
   *
   * @returns the changed contracts as they are now
   */
  change(make: () => Promise<Fact | null>): Promise<KeptGrant[]>;
  /** A name or datatype of services is another. */
  servicesChanged(): void;
}

export interface BookOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly key: SigningKey;
  readonly events: Pick<ContractEvents, 'tell'>;
  readonly epoch: Pick<EpochRule, 'next' | 'raised'>;
  /** Contracts were made or ended; a change resolves after it. */
  readonly onBeginOrEnd: () => Promise<void>;
  readonly now: () => number;
}

interface Page {
  readonly grant: KeptGrant;
  readonly serviceName: string;
  readonly datatypes: readonly OwnDatatype[];
}

const BEGIN_OR_END: ReadonlySet<GrantEvent> = new Set(['granted', 'withdrawn', 'expired']);

export function createGrantBook({ store, key, events, epoch, onBeginOrEnd, now }: BookOptions): GrantBook {
  /** Read once, replaced by what a change gives back: never older than the last commit. */
  const pages = new Map<string, Promise<Page | null>>();
  const offers = new Map<string, Promise<Offer>>();
  let last: Promise<unknown> = Promise.resolve();

  async function pageOf(grant: KeptGrant | null): Promise<Page | null> {
    if (grant === null) return null;
    const [service, all, offer] = await Promise.all([
      store.read('contracts.service', { id: grant.service }),
      store.read('contracts.ownDatatypes', {}),
      offerOf(grant.offer.digest),
    ]);
    const named = new Set<string>(grant.clauses.flatMap(({ datatypes }) => datatypes));
    // The offer's own words go before those of another that took the same name.
    const known = new Map([...all, ...offer.datatypes].map((datatype) => [datatype.name, datatype]));
    return {
      grant,
      serviceName: service?.name ?? offer.controller.name,
      datatypes: [...known.values()].filter(({ name }) => named.has(name)),
    };
  }

  function page(id: string): Promise<Page | null> {
    const kept = pages.get(id);
    if (kept !== undefined) return kept;
    if (!GrantId.safeParse(id).success) return Promise.resolve(null);
    const reading = store.read('contracts.grant', { grant: id }).then(pageOf);
    pages.set(id, reading);
    const forget = (): void => {
      if (pages.get(id) === reading) pages.delete(id);
    };
    // Names that are not known are not collected: anyone may ask for them.
    reading.then((found) => {
      if (found === null) forget();
    }, forget);
    return reading;
  }

  function offerOf(digest: string): Promise<Offer> {
    const reading =
      offers.get(digest) ??
      store.read('contracts.offer', { digest }).then((kept) => {
        if (kept === null) throw new LockerError('internal', { detail: 'an offer is missing' });
        return Offer.parse(kept.document);
      });
    offers.set(digest, reading);
    reading.catch(() => offers.delete(digest));
    return reading;
  }

  async function before(on: string | NewGrant): Promise<Before> {
    if (typeof on !== 'string') return { kind: 'new', ...on };
    const found = await page(on);
    if (found === null) throw new LockerError('grant_not_found');
    const { grant } = found;
    const [receipt] = await store.read('contracts.receipts', {
      grant: on,
      after: Math.max(0, grant.receipts - 1),
      limit: 1,
      dayClosings: true,
    });
    return { kind: 'kept', grant, receipt: receipt ?? null };
  }

  async function commit({ steps, ...rules }: Fact): Promise<KeptGrant[]> {
    const at = now();
    const changes = [];
    for (const { on, step } of steps) {
      const from = await before(on);
      const digest = from.kind === 'kept' ? from.grant.offer.digest : null;
      const offer = step.offer ?? (digest === null ? null : await offerOf(digest));
      if (offer === null) throw new LockerError('internal', { detail: 'a contract without an offer' });
      changes.push(await grantChange(from, step, { offer, at, key }));
    }
    const raised = epoch.next();
    const changed = await store.write('contracts.change', { changes, ...rules, epoch: raised });
    const fresh = changed.map((grant) => {
      const reading = pageOf(grant);
      pages.set(grant.id, reading);
      return reading;
    });
    await Promise.all(fresh);
    const quiet = new Set(
      changes.filter(({ event }) => event === null || event === 'day closed').map(({ grant }) => grant),
    );
    for (const { id, ended } of changed) {
      if (!quiet.has(id)) events.tell({ kind: 'grant', grant: id, over: ended !== null });
    }
    if (changes.some(({ event }) => event !== null && BEGIN_OR_END.has(event))) await onBeginOrEnd();
    await epoch.raised(raised);
    return changed;
  }

  return {
    async get(id) {
      return (await page(id))?.grant ?? null;
    },
    async now(id) {
      const found = await page(id);
      if (found === null) return null;
      const { grant, serviceName, datatypes } = found;
      return { view: viewOf(grant, now()), serviceName, datatypes };
    },
    list: (choice) => store.read('contracts.grants', choice),
    offer: offerOf,
    change(make) {
      const turn = last.then(async () => {
        const fact = await make();
        return fact === null ? [] : commit(fact);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    servicesChanged() {
      pages.clear();
    },
  };
}

/** What the service may know, with the state that the clock makes of it. */
export function viewOf(grant: KeptGrant, now: number): GrantView {
  return {
    grant_id: grant.id,
    client_id: grant.clientId,
    state: grant.ended === null && isOver(grant, now) ? 'expired' : grant.state,
    revision: grant.revision,
    offer: grant.offer,
    since: new Date(grant.made).toISOString(),
    authorization_details: grant.clauses,
  };
}
