import { sql, type Selectable } from 'kysely';
import { z } from 'zod';
import { ClientId, ClientKind, ClientMetadata, Digest, OwnDatatype } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { JsonObject } from '../../../protocol/json.ts';
import { readOperation, writeOperation } from '../operation.ts';
import type { OfferTable, ServiceTable } from './contract-tables.ts';

const Id = z.string().min(1).max(40);
const Time = z.int().min(0);
/** The newest are kept. */
const WARNINGS_EACH = 50;

/** A service that asked or that the owner added. Times are milliseconds UTC. */
export interface KeptService {
  readonly id: string;
  readonly clientId: string;
  readonly kind: ClientKind;
  readonly host: string | null;
  readonly name: string;
  readonly metadata: ClientMetadata;
  readonly addedBy: 'owner' | 'request';
  readonly blocked: boolean;
  readonly added: number;
  readonly checked: number;
}

/** A version of an offer with the keys it was checked by. */
export interface KeptOffer {
  readonly digest: string;
  readonly service: string;
  readonly offerId: string;
  readonly version: number;
  readonly document: JsonObject;
  readonly jwks: JsonObject;
  readonly seen: number;
  readonly graceUntil: number | null;
}

function keptService(row: Selectable<ServiceTable>): KeptService {
  return {
    id: row.id,
    clientId: row.client_id,
    kind: row.kind,
    host: row.host,
    name: row.name,
    metadata: ClientMetadata.parse(JSON.parse(row.metadata)),
    addedBy: row.added_by,
    blocked: row.blocked === 1,
    added: row.added,
    checked: row.checked,
  };
}

function keptOffer(row: Selectable<OfferTable>): KeptOffer {
  return {
    digest: row.digest,
    service: row.service,
    offerId: row.offer_id,
    version: row.version,
    document: JsonObject.parse(JSON.parse(row.document)),
    jwks: JsonObject.parse(JSON.parse(row.jwks)),
    seen: row.seen,
    graceUntil: row.grace_until,
  };
}

export const serviceReads = {
  /** All, by name. */
  'contracts.services': readOperation(z.strictObject({}), async ({ db }): Promise<KeptService[]> => {
    const rows = await db.selectFrom('service').selectAll().orderBy('name').orderBy('id').execute();
    return rows.map(keptService);
  }),
  /** One by its id, or null. */
  'contracts.service': readOperation(z.strictObject({ id: Id }), async ({ db }, { id }) => {
    const row = await db.selectFrom('service').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : keptService(row);
  }),
  /** One by the name it has as a client, or null. */
  'contracts.serviceOf': readOperation(z.strictObject({ clientId: ClientId }), async ({ db }, { clientId }) => {
    const row = await db.selectFrom('service').selectAll().where('client_id', '=', clientId).executeTakeFirst();
    return row === undefined ? null : keptService(row);
  }),
  /** An offer as it was signed, or null. */
  'contracts.offer': readOperation(z.strictObject({ digest: Digest }), async ({ db }, { digest }) => {
    const row = await db.selectFrom('offer').selectAll().where('digest', '=', digest).executeTakeFirst();
    return row === undefined ? null : keptOffer(row);
  }),
  /** The newest version of each offer of a service. */
  'contracts.newestOffers': readOperation(z.strictObject({ service: Id }), async ({ db }, { service }) => {
    const rows = await db
      .selectFrom('offer')
      .selectAll()
      .where('service', '=', service)
      .where('grace_until', 'is', null)
      .orderBy('offer_id')
      .execute();
    return rows.map(keptOffer);
  }),
  /** Datatypes that services brought, of the newest version of each offer. */
  'contracts.ownDatatypes': readOperation(z.strictObject({}), async ({ db }): Promise<OwnDatatype[]> => {
    const rows = await db
      .selectFrom('offer')
      .select((row) => row.fn<string | null>('json_extract', ['document', row.val('$.datatypes')]).as('datatypes'))
      .where('grace_until', 'is', null)
      .orderBy('seen')
      .execute();
    return rows.flatMap(({ datatypes }) => OwnDatatype.array().parse(JSON.parse(datatypes ?? '[]')));
  }),
  /** What services were noticed for since then, newest first. */
  'contracts.warnings': readOperation(z.strictObject({ since: Time }), async ({ db }, { since }) => {
    return db
      .selectFrom('service_warning')
      .select(['service', 'code', 'at'])
      .where('at', '>=', since)
      .orderBy('at', 'desc')
      .limit(1000)
      .execute();
  }),
};

export const serviceWrites = {
  /**
   * Makes a service known, or takes over what its document says now. What the owner added stays the owner's.
   *
   * @returns the service as it is kept
   */
  'contracts.keepService': writeOperation(
    z.strictObject({
      id: Id,
      clientId: ClientId,
      kind: ClientKind,
      host: z.string().max(260).nullable(),
      name: z.string().min(1).max(200),
      metadata: ClientMetadata,
      addedBy: z.enum(['owner', 'request']),
      at: Time,
    }),
    async ({ db }, { id, clientId, kind, host, name, metadata, addedBy, at }): Promise<KeptService> => {
      const told = { kind, host, name, metadata: JSON.stringify(metadata), checked: at };
      const row = await db
        .insertInto('service')
        .values({ id, client_id: clientId, ...told, added_by: addedBy, blocked: 0, added: at })
        .onConflict((conflict) =>
          conflict.column('client_id').doUpdateSet({ ...told, ...(addedBy === 'owner' ? { added_by: addedBy } : {}) }),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      return keptService(row);
    },
  ),
  /**
   * Keeps a version of an offer whose signature holds. The version before is served until `graceUntil`. Throws
   * `offer_version` for a version lower than the newest, and for another digest under the same number.
   */
  'contracts.keepOffer': writeOperation(
    z.strictObject({
      digest: Digest,
      service: Id,
      offerId: z.string().min(1).max(2048),
      version: z.int().min(1),
      document: JsonObject,
      jwks: JsonObject,
      at: Time,
      graceUntil: Time,
    }),
    async ({ db }, offer): Promise<{ added: boolean }> => {
      const newest = await db
        .selectFrom('offer')
        .select(['digest', 'version'])
        .where('service', '=', offer.service)
        .where('offer_id', '=', offer.offerId)
        .orderBy('version', 'desc')
        .executeTakeFirst();
      if (newest?.digest === offer.digest) {
        // The same text may have been signed anew, by another key of the service.
        const signed = { document: JSON.stringify(offer.document), jwks: JSON.stringify(offer.jwks) };
        await db
          .updateTable('offer')
          .set(signed)
          .where('digest', '=', offer.digest)
          .where((is) => is.or([is('document', '<>', signed.document), is('jwks', '<>', signed.jwks)]))
          .execute();
        return { added: false };
      }
      if (newest !== undefined && newest.version >= offer.version) throw new LockerError('offer_version');
      if (newest !== undefined) {
        await db
          .updateTable('offer')
          .set({ grace_until: offer.graceUntil })
          .where('digest', '=', newest.digest)
          .execute();
      }
      await db
        .insertInto('offer')
        .values({
          digest: offer.digest,
          service: offer.service,
          offer_id: offer.offerId,
          version: offer.version,
          document: JSON.stringify(offer.document),
          jwks: JSON.stringify(offer.jwks),
          seen: offer.at,
          grace_until: null,
        })
        // The same text, which another program under this address had signed before.
        .onConflict((conflict) =>
          conflict.column('digest').doUpdateSet((row) => ({
            offer_id: row.ref('excluded.offer_id'),
            document: row.ref('excluded.document'),
            jwks: row.ref('excluded.jwks'),
            seen: row.ref('excluded.seen'),
            grace_until: null,
          })),
        )
        .execute();
      return { added: true };
    },
  ),
  /** Puts a service's offers out of use, so that another program under its address begins with a first version. */
  'contracts.retireOffers': writeOperation(
    z.strictObject({ service: Id, at: Time }),
    async ({ db }, { service, at }): Promise<void> => {
      await db
        .updateTable('offer')
        .set((row) => ({
          offer_id: sql<string>`${row.ref('offer_id')} || ' ' || ${row.ref('digest')}`,
          grace_until: at,
        }))
        .where('service', '=', service)
        .execute();
    },
  ),
  /** Notes what the owner should know of a service. */
  'contracts.warn': writeOperation(
    z.strictObject({ service: Id, code: z.string().min(1).max(60), at: Time }),
    async ({ db }, warning) => {
      await db.insertInto('service_warning').values(warning).execute();
      const { service } = warning;
      const kept = db
        .selectFrom('service_warning')
        .select('id')
        .where('service', '=', service)
        .orderBy('id', 'desc')
        .limit(WARNINGS_EACH);
      await db.deleteFrom('service_warning').where('service', '=', service).where('id', 'not in', kept).execute();
    },
  ),
  /** Forgets what a service was noticed for up to a moment. */
  'contracts.dismissWarnings': writeOperation(
    z.strictObject({ service: Id, upTo: Time }),
    async ({ db }, { service, upTo }): Promise<void> => {
      await db.deleteFrom('service_warning').where('service', '=', service).where('at', '<=', upTo).execute();
    },
  ),
};
