import type { Kysely, Selectable } from 'kysely';
import { Clause, Clauses } from '../../../protocol/contract/clause.ts';
import { Limits } from '../../../protocol/contract/offer.ts';
import type { Database } from '../database.ts';
import { amongTexts } from '../records/sql-rows.ts';
import type { ContractGrantTable } from './contract-tables.ts';

/** A contract as it is now. Times are milliseconds UTC. */
export interface KeptGrant {
  readonly id: string;
  /** Id of the service. */
  readonly service: string;
  readonly clientId: string;
  readonly state: ContractGrantTable['state'];
  readonly pausedBy: ContractGrantTable['paused_by'];
  readonly offer: { readonly id: string; readonly version: number; readonly digest: string };
  /** Until when that version is served; null: it is the newest. */
  readonly graceUntil: number | null;
  readonly declined: string | null;
  readonly revision: number;
  /** As asked for, within the offer. */
  readonly asked: Clause[];
  readonly limits: Limits;
  /** Effective clauses of the revision. */
  readonly clauses: Clause[];
  readonly made: number;
  /** When the owner last said yes to the whole. */
  readonly agreed: number;
  readonly ended: number | null;
  readonly receipts: number;
  readonly receiptHash: string | null;
  /** Of the last request; null: none yet. */
  readonly lastUsed: number | null;
}

type Row = Omit<Selectable<ContractGrantTable>, 'log_hash'> & {
  client_id: string;
  offer_id: string;
  version: number;
  grace_until: number | null;
  clauses: string;
};

/** Something to read by, inside a read or a write. */
export type Selecting = Pick<Kysely<Database>, 'selectFrom'>;

/** Which contracts are read; all conditions hold. */
export interface GrantChoice {
  readonly ids?: readonly string[];
  readonly service?: string | undefined;
  /** Only those that are not over. */
  readonly live?: boolean;
}

/** Contracts with what belongs to them, the newest first. */
export async function readGrants(db: Selecting, { ids, service, live = false }: GrantChoice): Promise<KeptGrant[]> {
  let query = db
    .selectFrom('contract_grant as g')
    .innerJoin('service as s', 's.id', 'g.service')
    .innerJoin('offer as o', 'o.digest', 'g.offer')
    .innerJoin('grant_revision as r', (join) =>
      join.onRef('r.grant_ref', '=', 'g.ref').onRef('r.revision', '=', 'g.revision'),
    )
    .selectAll('g')
    .select(['s.client_id', 'o.offer_id', 'o.version', 'o.grace_until', 'r.clauses'])
    .orderBy('g.ref', 'desc');
  if (ids !== undefined) query = query.where('g.id', 'in', amongTexts(ids));
  if (service !== undefined) query = query.where('g.service', '=', service);
  if (live) query = query.where('g.ended', 'is', null);
  return (await query.execute()).map(keptGrant);
}

/** Throws where a clause can't be read: a contract that isn't understood is not in force. */
function keptGrant(row: Row): KeptGrant {
  return {
    id: row.id,
    service: row.service,
    clientId: row.client_id,
    state: row.state,
    pausedBy: row.paused_by,
    offer: { id: row.offer_id, version: row.version, digest: row.offer },
    graceUntil: row.grace_until,
    declined: row.declined,
    revision: row.revision,
    asked: Clauses.parse(JSON.parse(row.asked)),
    limits: Limits.parse(JSON.parse(row.limits)),
    clauses: Clause.array().parse(JSON.parse(row.clauses)),
    made: row.made,
    agreed: row.agreed,
    ended: row.ended,
    receipts: row.receipts,
    receiptHash: row.receipt_hash,
    lastUsed: row.log_at === 0 ? null : row.log_at,
  };
}

/** Number of a contract inside the store, or undefined. */
export async function refOf(db: Selecting, id: string): Promise<number | undefined> {
  const row = await db.selectFrom('contract_grant').select('ref').where('id', '=', id).executeTakeFirst();
  return row?.ref;
}
