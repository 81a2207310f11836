import type { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type { AddService, ServiceAdded } from '../../../protocol/owner/services.ts';
import type { KeptService, Store } from '../../store/index.ts';
import type { KnownClient } from '../approvals.ts';
import { OFFER_TYP } from '../offers/parse-offer.ts';
import { verifiesDetached } from '../offers/signature.ts';
import { limited, viewsOf } from '../requests/terms.ts';
import { identityOf } from './cards.ts';
import { localClient, type Clients } from './clients.ts';
import type { Offers, SignedOffer } from './offers.ts';

export interface AddOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clients: Clients;
  readonly offers: Offers;
  /** Ends all contracts of a program whose place another one takes. */
  readonly endProgram: (program: KeptService) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => number;
}

/** What a link or file turned out to be. */
export interface Added {
  readonly service: KeptService;
  readonly answer: ServiceAdded;
  readonly isNewVersion: boolean;
}

/** Makes a service known to the owner; grants nothing. See `OwnerControl.addService` for what it throws. */
export async function addService(add: z.infer<typeof AddService>, options: AddOptions): Promise<Added> {
  const { store, offers, now } = options;
  const found = 'link' in add ? await byLink(add.link, options) : await byFile(add.file, options);
  const { client, signed } = found;
  if (found.replaces !== null) {
    if (!('replace' in add) || add.replace !== true) {
      throw new LockerError('program_changed', { detail: found.replaces.name });
    }
    await options.endProgram(found.replaces);
  }
  const service = await store.write('contracts.keepService', {
    id: options.newId(),
    clientId: client.clientId,
    kind: client.kind,
    host: client.host,
    name: client.metadata.client_name,
    metadata: client.metadata,
    addedBy: 'owner',
    at: now(),
  });
  const isNewVersion = await offers.keep(service.id, client, signed);
  const [known, { policy }] = await Promise.all([
    store.read('contracts.ownDatatypes', {}),
    store.read('contracts.rules', {}),
  ]);
  const { offer } = signed;
  const clauses = limited(offer.clauses, [], { offer, known, policy, since: now() });
  return {
    service,
    isNewVersion,
    answer: {
      service: identityOf(service.id, client, offer),
      clauses: viewsOf(clauses, offer.clauses, { offer, known }),
      start: client.kind === 'local' ? null : (client.metadata.client_uri ?? new URL(client.clientId).origin),
    },
  };
}

interface Found {
  readonly client: KnownClient;
  readonly signed: SignedOffer;
  /** Another program of this computer that was added under the same address. */
  readonly replaces: KeptService | null;
}

/** A link leads to a client's document, or to an offer that names its client. */
async function byLink(link: string, { store, clients, offers }: AddOptions): Promise<Found> {
  const address = link.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`);
  if (url?.protocol !== 'https:') throw new LockerError('address_invalid');
  url.hash = '';
  const json = await clients.document(url.href, false);
  const named: unknown = Object.getOwnPropertyDescriptor(json ?? {}, 'client_id')?.value;
  if (typeof named !== 'string') throw new LockerError('offer_invalid', { detail: 'no client_id' });
  clients.forget(named);
  const client = await clients.client(named);
  if (client === null || client.kind === 'local') {
    throw new LockerError('client_invalid', { detail: 'a program of this computer is added by its file' });
  }
  const kept = await store.read('contracts.serviceOf', { clientId: named });
  const isOffer = Object.hasOwn(json ?? {}, 'clauses');
  const signed = isOffer ? await offers.parse(json, client, kept?.id ?? null) : await offers.current(client, kept);
  return { client, signed, replaces: null };
}

async function byFile(file: string, { store, offers }: AddOptions): Promise<Found> {
  const { client, offer } = localClient(file);
  const kept = await store.read('contracts.serviceOf', { clientId: client.clientId });
  const signed = await offers.parse(offer, client, kept?.id ?? null);
  return { client, signed, replaces: kept === null || (await isSignedBy(signed.offer, kept)) ? null : kept };
}

/**
 * Nothing but its keys tells a program of this computer from another at the same address: what one of them signed may bring
 * further keys, what none of them signed is another program.
 */
function isSignedBy({ sig, digest }: SignedOffer['offer'], { metadata }: KeptService): Promise<boolean> {
  return verifiesDetached(sig, digest, OFFER_TYP, metadata.jwks.keys);
}
