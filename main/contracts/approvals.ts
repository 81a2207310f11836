import type { Clause } from '../../protocol/contract/clause.ts';
import type { GrantView } from '../../protocol/contract/grant.ts';
import type { ClientKind, ClientMetadata } from '../../protocol/contract/offer.ts';

/** What the OAuth server asks of the contracts room: who is a client, may it ask, and what did the owner say. */
export interface Approvals {
  /**
   * A client by its id: a remote service or page by its document, fetched and checked (and kept for a while), a program on
   * this computer only when the owner has added its file. Null: not known.
   *
   * @throws LockerError `client_invalid`, `address_refused`, `fetch_failed`, `service_blocked`
   */
  client(clientId: string): Promise<KnownClient | null>;
  /** Every client that has a grant in force or was added by the owner; for CORS and origins. */
  origins(): ReadonlySet<string>;
  /**
   * Checks what is asked against the signed offer (`leq`) and opens a request for the owner. The offer is the client's
   * `locker_offer_uri` or the one in its file; its digest must be `offerDigest` when that is given.
   *
   * @throws LockerError `offer_invalid`, `offer_signature`, `offer_version`, `clause_not_granted` (wider than the offer),
   * `too_many_requests_waiting`, `service_blocked`
   */
  ask(request: Ask): Promise<Asked>;
  /** The waiting page is on screen: called by it every few seconds. */
  tabWaiting(requestId: string): void;
  /** Resolves when the owner decided or the ten minutes are over; `waiting` when `signal` aborts first. */
  decision(requestId: string, signal: AbortSignal): Promise<Decision>;
  /** The grant as it is now, or null when it is over; read from the store. */
  grant(grantId: string): Promise<GrantView | null>;
  /** Tells of bad tokens and proofs, counted per client and minute; five in a row warn the owner. */
  badToken(clientId: string | null, reason: string): void;
  goodToken(clientId: string): void;
}

export interface KnownClient {
  readonly clientId: string;
  readonly kind: ClientKind;
  readonly host: string | null;
  readonly metadata: ClientMetadata;
}

export interface Ask {
  readonly clientId: string;
  readonly clauses: readonly Clause[];
  readonly offerDigest: string | null;
  /** new: a contract; merge: these clauses besides the granted ones; replace: instead of them. */
  readonly action: 'create' | 'merge' | 'replace';
  readonly grantId: string | null;
}

export interface Asked {
  readonly requestId: string;
  /** The two-digit number that the waiting page shows. */
  readonly number: number;
  readonly expiresAt: number;
}

export type Decision =
  | { readonly kind: 'allowed'; readonly grantId: string; readonly clauses: readonly Clause[] }
  | { readonly kind: 'denied' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'waiting' };
