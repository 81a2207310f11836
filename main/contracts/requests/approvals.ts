import type { Store } from '../../store/index.ts';
import type { Approvals, Ask, Asked } from '../approvals.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import type { BadTokens } from '../services/bad-tokens.ts';
import type { Clients } from '../services/clients.ts';
import type { OpenRequests } from './open-requests.ts';

export interface ApprovalsOptions {
  readonly book: Pick<GrantBook, 'now'>;
  readonly clients: Clients;
  readonly requests: OpenRequests;
  readonly ask: (request: Ask) => Promise<Asked>;
  readonly badTokens: BadTokens;
  readonly origins: () => ReadonlySet<string>;
}

/** The OAuth server's side of the contracts. */
export function createApprovals(options: ApprovalsOptions): Approvals {
  const { book, clients, requests, badTokens } = options;
  return {
    client: (clientId) => clients.client(clientId),
    origins: options.origins,
    ask: options.ask,
    tabWaiting: (id) => requests.tabWaiting(id),
    decision: (id, signal) => requests.decision(id, signal),
    async grant(grantId) {
      const now = await book.now(grantId);
      return now === null || now.view.state === 'withdrawn' || now.view.state === 'expired' ? null : now.view;
    },
    badToken: (clientId) => badTokens.bad(clientId),
    goodToken: (clientId) => badTokens.good(clientId),
  };
}

/** Origins of the services that have a contract in force or that the owner added, and that are not blocked. */
export async function knownOrigins(store: Pick<Store, 'read'>): Promise<ReadonlySet<string>> {
  const services = await store.read('contracts.services', {});
  const grants = await store.read('contracts.grants', { live: true });
  const inForce = new Set(grants.map(({ service }) => service));
  return new Set(
    services
      .filter(({ id, addedBy, blocked }) => !blocked && (addedBy === 'owner' || inForce.has(id)))
      .map(({ clientId }) => new URL(clientId).origin),
  );
}
