import { ClientId, ClientMetadata, OfferFile, type ClientKind } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { KeptService, Store } from '../../store/index.ts';
import type { KnownClient } from '../approvals.ts';
import { firstIssue } from '../offers/first-issue.ts';

const MINUTE_MS = 60_000;
/** A document is believed this long; one that could not be had is not asked for again so soon. */
const KEPT_MS = 10 * MINUTE_MS;
const FAILED_MS = MINUTE_MS;
const MOST_KEPT = 200;
/** Documents of services that the owner does not know, in a minute: anyone may name an address to fetch. */
const STRANGERS_A_MINUTE = 20;

/** Gives the bytes at a public https address. */
export type FetchDocument = (url: string) => Promise<Uint8Array>;

/** Who is a client, by its own document or by the file that the owner added. */
export interface Clients {
  /** Null: a program that the owner has not added. Throws as `Approvals.client`. */
  client(clientId: string): Promise<KnownClient | null>;
  /** A document's bytes as JSON; `stranger`: asked for by someone the owner does not know. */
  document(url: string, stranger: boolean): Promise<unknown>;
  /** What is remembered of a client is asked for anew. */
  forget(clientId: string): void;
}

export interface ClientsOptions {
  readonly store: Pick<Store, 'read'>;
  readonly fetchDocument: FetchDocument;
  readonly now: () => number;
}

interface Remembered {
  readonly until: number;
  readonly client: Promise<KnownClient>;
}

export function createClients({ store, fetchDocument, now }: ClientsOptions): Clients {
  const remembered = new Map<string, Remembered>();
  const strangers: number[] = [];

  function requireRoom(): void {
    while (strangers[0] !== undefined && strangers[0] <= now() - MINUTE_MS) strangers.shift();
    if (strangers.length >= STRANGERS_A_MINUTE) throw new LockerError('too_many_requests_waiting');
    strangers.push(now());
  }

  async function document(url: string, stranger: boolean): Promise<unknown> {
    if (stranger) requireRoom();
    const bytes = await fetchDocument(url);
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (cause) {
      throw new LockerError('fetch_failed', { detail: 'not JSON', cause });
    }
  }

  async function remote(clientId: string, stranger: boolean): Promise<KnownClient> {
    const metadata = parseMetadata(await document(clientId, stranger));
    return webClient(clientId, metadata);
  }

  function remember(clientId: string, stranger: boolean): Promise<KnownClient> {
    const client = remote(clientId, stranger);
    remembered.delete(clientId);
    remembered.set(clientId, { client, until: now() + KEPT_MS });
    client.catch(() => {
      if (remembered.get(clientId)?.client === client) remembered.set(clientId, { client, until: now() + FAILED_MS });
    });
    for (const [oldest] of remembered) {
      if (remembered.size <= MOST_KEPT) break;
      remembered.delete(oldest);
    }
    return client;
  }

  return {
    async client(clientId) {
      if (!ClientId.safeParse(clientId).success) throw new LockerError('client_invalid', { detail: 'client_id' });
      const kept = await store.read('contracts.serviceOf', { clientId });
      if (kept?.blocked === true) throw new LockerError('service_blocked');
      if (clientId.startsWith('https:')) requirePlain(clientId);
      else return kept === null ? null : knownClient(kept);
      const known = remembered.get(clientId);
      return known !== undefined && known.until > now() ? known.client : remember(clientId, kept === null);
    },
    document,
    forget(clientId) {
      remembered.delete(clientId);
    },
  };
}

export function knownClient({ clientId, kind, host, metadata }: KeptService): KnownClient {
  return { clientId, kind, host, metadata };
}

/** @throws LockerError `client_invalid` */
export function parseMetadata(json: unknown): ClientMetadata {
  const parsed = ClientMetadata.safeParse(json);
  if (!parsed.success) throw invalid(firstIssue(parsed.error));
  const metadata = parsed.data;
  // A private key that is public proves nothing.
  if (metadata.jwks.keys.some((key) => 'd' in key || 'k' in key)) throw invalid('jwks holds a private key');
  if (/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(metadata.client_name)) throw invalid('client_name');
  return metadata;
}

/** One address has one form, so that one client has one name. */
function requirePlain(clientId: string): void {
  const url = URL.parse(clientId);
  if (url === null || url.href !== clientId || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw invalid('client_id is not the plain form of an address');
  }
}

/** A service or page that was found under the address that is its name. */
function webClient(clientId: string, metadata: ClientMetadata): KnownClient {
  const url = new URL(clientId);
  if (metadata.client_id !== clientId) throw invalid('client_id is of another client');
  requireOrigin(metadata, url.origin);
  const kind: ClientKind = metadata.token_endpoint_auth_method === 'none' ? 'page' : 'remote';
  return { clientId, kind, host: url.host, metadata };
}

/** Where answers go is the client's own, so that nobody gets them in its name. */
function requireOrigin(metadata: ClientMetadata, origin: string): void {
  const { redirect_uris, locker_offer_uri } = metadata;
  for (const address of [...redirect_uris, ...(locker_offer_uri === undefined ? [] : [locker_offer_uri])]) {
    const url = URL.parse(address);
    if (url === null || url.origin !== origin || url.hash !== '') throw invalid(`${address} is not at ${origin}`);
  }
}

/** A program of this computer: all it says is in its file, and nothing of it is verified. */
export function localClient(file: string): { client: KnownClient; offer: JsonObject } {
  let json: unknown;
  try {
    json = JSON.parse(file);
  } catch (cause) {
    throw invalid('the file is not JSON', cause);
  }
  const parsed = OfferFile.safeParse(json);
  if (!parsed.success) throw invalid(firstIssue(parsed.error));
  const metadata = parseMetadata(parsed.data.client);
  const url = URL.parse(metadata.client_id);
  if (url === null || url.protocol !== 'http:') {
    throw invalid('client_id is not of this computer: services elsewhere are added by their address');
  }
  requireOrigin(metadata, url.origin);
  return {
    client: { clientId: metadata.client_id, kind: 'local', host: null, metadata },
    offer: parsed.data.offer,
  };
}

function invalid(detail: string, cause?: unknown): LockerError {
  return new LockerError('client_invalid', { detail, ...(cause === undefined ? {} : { cause }) });
}
