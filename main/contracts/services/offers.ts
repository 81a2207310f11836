import { Offer } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { JsonObject } from '../../../protocol/json.ts';
import type { KeptService, Store } from '../../store/index.ts';
import type { KnownClient } from '../approvals.ts';
import { parseOffer } from '../offers/parse-offer.ts';
import { compareVersions } from '../offers/versions.ts';
import type { Clients } from './clients.ts';

/** A version that was replaced is served for this long at least. */
const GRACE_MS = 90 * 86_400_000;

export interface SignedOffer {
  readonly offer: Offer;
  /** As it came: what was signed. */
  readonly document: JsonObject;
}

/** Offers of services: where they are, whether they hold, and which versions were seen. */
export interface Offers {
  /** What the client offers now. Throws `offer_invalid`, `offer_signature`, `fetch_failed`. */
  current(client: KnownClient, kept: KeptService | null): Promise<SignedOffer>;
  /** One by its text, of that client. */
  parse(json: unknown, client: KnownClient, service: string | null): Promise<SignedOffer>;
  /**
   * Keeps a version as the newest of its service; a lower one, or another under the same number, is refused and noted.
   *
   * @returns whether it is a new one
   */
  keep(service: string, client: KnownClient, signed: SignedOffer): Promise<boolean>;
}

export interface OffersOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clients: Clients;
  readonly now: () => number;
}

export function createOffers({ store, clients, now }: OffersOptions): Offers {
  async function parse(json: unknown, client: KnownClient, service: string | null): Promise<SignedOffer> {
    const own = service === null ? [] : await store.read('contracts.newestOffers', { service });
    const ownNames = new Set(own.flatMap(({ document }) => Offer.parse(document).datatypes.map(({ name }) => name)));
    const known = await store.read('contracts.ownDatatypes', {});
    // What the service itself brought before is superseded by what this version brings.
    const others = known.filter(({ name }) => !ownNames.has(name));
    const offer = await parseOffer(json, client.metadata, others);
    // Addresses of this computer that share a port are not one program for that.
    const taken =
      client.kind === 'local' ? offer.datatypes.find(({ name }) => others.some((it) => it.name === name)) : undefined;
    if (taken !== undefined) {
      throw new LockerError('offer_invalid', { detail: `datatype ${taken.name} is another program’s` });
    }
    return { offer, document: JsonObject.parse(json) };
  }

  async function requireFollows(service: string, { offer }: SignedOffer): Promise<void> {
    const newest = await store.read('contracts.newestOffers', { service });
    const before = newest.find(({ offerId }) => offerId === offer.id);
    if (before !== undefined) compareVersions(Offer.parse(before.document), offer);
  }

  return {
    async current(client, kept) {
      if (client.kind === 'local') {
        const offers = kept === null ? [] : await store.read('contracts.newestOffers', { service: kept.id });
        const [newest] = offers.toSorted((a, b) => b.seen - a.seen);
        if (newest === undefined) throw new LockerError('offer_invalid', { detail: 'no offer' });
        return parse(newest.document, client, newest.service);
      }
      const url = client.metadata.locker_offer_uri;
      if (url === undefined) throw new LockerError('offer_invalid', { detail: 'locker_offer_uri' });
      return parse(await clients.document(url, kept === null), client, kept?.id ?? null);
    },
    parse,
    async keep(service, client, signed) {
      const { offer, document } = signed;
      const at = now();
      const asked = offer.grace_until === undefined ? 0 : Date.parse(offer.grace_until);
      try {
        await requireFollows(service, signed);
        const { added } = await store.write('contracts.keepOffer', {
          digest: offer.digest,
          service,
          offerId: offer.id,
          version: offer.version,
          document,
          jwks: JsonObject.parse(client.metadata.jwks),
          at,
          graceUntil: Math.max(asked, at + GRACE_MS),
        });
        return added;
      } catch (error) {
        if (error instanceof LockerError && error.code === 'offer_version') {
          await store.write('contracts.warn', { service, code: 'offer_version', at });
        }
        throw error;
      }
    },
  };
}
