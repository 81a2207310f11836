import { LockerError } from '../../../protocol/errors.ts';
import type { KeptService, Store } from '../../store/index.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import type { Clients } from './clients.ts';
import type { Offers } from './offers.ts';

/** What was read within the day is not asked for again at each start. */
const FRESH_MS = 20 * 60 * 60_000;

export interface LookOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly book: Pick<GrantBook, 'list'>;
  readonly clients: Clients;
  readonly offers: Offers;
  readonly now: () => number;
  readonly onService: (service: KeptService) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** Reads the documents of every service that has a contract in force: what it says of itself, and what it offers now. */
export async function lookAgain(options: LookOptions): Promise<void> {
  const { store, book, onFault } = options;
  const live = new Set((await book.list({ live: true })).map(({ service }) => service));
  const services = await store.read('contracts.services', {});
  for (const service of services) {
    const isFresh = service.checked > options.now() - FRESH_MS;
    if (!live.has(service.id) || service.kind === 'local' || isFresh) continue;
    try {
      await lookAt(service, options);
    } catch (error) {
      // One that can't be reached, or says something that does not hold, keeps its contracts; the next look is tomorrow.
      if (!(error instanceof LockerError) || error.code === 'internal') onFault(error);
    }
  }
}

async function lookAt(service: KeptService, { store, clients, offers, now, onService }: LookOptions): Promise<void> {
  clients.forget(service.clientId);
  const client = await clients.client(service.clientId);
  if (client === null) return;
  const signed = await offers.current(client, service);
  const kept = await store.write('contracts.keepService', {
    id: service.id,
    clientId: client.clientId,
    kind: client.kind,
    host: client.host,
    name: client.metadata.client_name,
    metadata: client.metadata,
    addedBy: 'request',
    at: now(),
  });
  await offers.keep(service.id, client, signed);
  await onService(kept);
}
