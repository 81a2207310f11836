import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Clause, Clauses } from '../../../protocol/contract/clause.ts';
import { GrantEvent, GrantId, GrantState, SignedReceipt } from '../../../protocol/contract/grant.ts';
import { Digest, Limits, OwnerPolicy } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { JsonObject } from '../../../protocol/json.ts';
import type { Database } from '../database.ts';
import { revokeContract } from '../oauth/revoke-contract.ts';
import { writeOperation } from '../operation.ts';
import { readGrants, type KeptGrant } from './kept-grant.ts';
import { keepRules } from './rules.ts';

const Time = z.int().min(0);

/** What becomes of one contract: its new terms, with the receipt that says so. */
export const GrantChange = z.strictObject({
  grant: GrantId,
  /** Id of the service, for a contract that is made by this; null: it exists. */
  madeFor: z.string().max(40).nullable(),
  /** Null: something that nobody is told, and no new revision. */
  event: GrantEvent.nullable(),
  at: Time,
  state: GrantState,
  pausedBy: z.enum(['owner', 'all', 'restore']).nullable(),
  offer: Digest,
  declined: Digest.nullable(),
  revision: z.int().min(1),
  asked: Clauses,
  limits: Limits,
  /** When the owner last said yes to the whole. */
  agreed: Time,
  /** Effective clauses; they are kept when the revision is a new one. */
  clauses: z.array(Clause).max(20),
  /** Null where nothing that a receipt tells has changed. */
  receipt: z.strictObject({ signed: SignedReceipt, hash: Digest }).nullable(),
  /** Day (since 1970) whose log this closes. */
  day: z.int().nullable(),
  /** What the service is told. */
  tell: z.array(z.strictObject({ kind: z.string().max(40), body: JsonObject })).max(2),
  /** Begins the demand to erase; `deadline` null: the service stated none; `unreachable`: it has no address to be told at. */
  erasure: z.strictObject({ deadline: Time.nullable(), unreachable: z.boolean() }).nullable(),
});
export type GrantChange = z.infer<typeof GrantChange>;

export const changeGrantWrites = {
  /**
   * One fact about one or more contracts: all of it or nothing. A contract that is over only has its days closed. Throws
   * `record_conflict` where a contract has changed since it was read.
   *
   * @returns the contracts as they are now
   */
  'contracts.change': writeOperation(
    z.strictObject({
      changes: z.array(GrantChange).max(5000),
      policy: OwnerPolicy.optional(),
      allPaused: z.boolean().optional(),
      epoch: z.int().min(0).optional(),
      blocked: z.strictObject({ service: z.string().max(40), blocked: z.boolean() }).optional(),
    }),
    async ({ db, now }, { changes, blocked, ...rules }): Promise<KeptGrant[]> => {
      for (const change of changes) await changeGrant(db, change);
      await keepRules(db, now(), rules);
      if (blocked !== undefined) {
        await db
          .updateTable('service')
          .set({ blocked: blocked.blocked ? 1 : 0 })
          .where('id', '=', blocked.service)
          .execute();
      }
      return readGrants(db, { ids: changes.map(({ grant }) => grant) });
    },
  ),
};

async function changeGrant(db: Kysely<Database>, change: GrantChange): Promise<void> {
  const ref = change.madeFor === null ? await update(db, change) : await insert(db, change, change.madeFor);
  if (change.receipt !== null) await keepReceipt(db, ref, change, change.receipt);
  for (const { kind, body } of change.tell) {
    await db
      .insertInto('outbox')
      .values({ grant_ref: ref, kind, body: JSON.stringify(body), made: change.at, due: change.at, attempts: 0 })
      .execute();
  }
  if (isOver(change.state)) await revokeContract(db, change.grant);
  if (change.erasure !== null) {
    await db
      .insertInto('erasure')
      .values({
        grant_ref: ref,
        demanded: change.at,
        deadline: change.erasure.deadline,
        unreachable: change.erasure.unreachable ? 1 : 0,
      })
      .execute();
  }
}

function isOver(state: GrantState): boolean {
  return state === 'withdrawn' || state === 'expired';
}

async function insert(db: Kysely<Database>, change: GrantChange, service: string): Promise<number> {
  const { ref } = await db
    .insertInto('contract_grant')
    .values({
      id: change.grant,
      service,
      state: change.state,
      paused_by: change.pausedBy,
      offer: change.offer,
      declined: change.declined,
      revision: change.revision,
      asked: JSON.stringify(change.asked),
      limits: JSON.stringify(change.limits),
      made: change.at,
      agreed: change.agreed,
      ended: null,
      receipts: 0,
      log_count: 0,
      log_at: 0,
    })
    .returning('ref')
    .executeTakeFirstOrThrow();
  await keepRevision(db, ref, change);
  return ref;
}

async function update(db: Kysely<Database>, change: GrantChange): Promise<number> {
  const before = await db
    .selectFrom('contract_grant')
    .select(['ref', 'state', 'revision'])
    .where('id', '=', change.grant)
    .executeTakeFirst();
  if (before === undefined) throw new LockerError('grant_not_found');
  const isNext = change.revision === before.revision + 1;
  const stays = change.revision === before.revision;
  const revives = isOver(before.state) && (change.state !== before.state || !stays);
  if (revives || !(isNext || stays)) throw new LockerError('record_conflict');
  await db
    .updateTable('contract_grant')
    .set({
      state: change.state,
      paused_by: change.pausedBy,
      offer: change.offer,
      declined: change.declined,
      revision: change.revision,
      asked: JSON.stringify(change.asked),
      limits: JSON.stringify(change.limits),
      agreed: change.agreed,
      ...(isOver(change.state) && !isOver(before.state) ? { ended: change.at } : {}),
    })
    .where('ref', '=', before.ref)
    .execute();
  if (isNext) await keepRevision(db, before.ref, change);
  return before.ref;
}

async function keepRevision(db: Kysely<Database>, ref: number, change: GrantChange): Promise<void> {
  if (change.event === null) throw new LockerError('internal', { detail: 'a revision without an event' });
  await db
    .insertInto('grant_revision')
    .values({
      grant_ref: ref,
      revision: change.revision,
      at: change.at,
      event: change.event,
      offer: change.offer,
      clauses: JSON.stringify(change.clauses),
    })
    .execute();
}

/** The chain has no gaps and no forks: a receipt that doesn't follow the last one is refused. */
async function keepReceipt(
  db: Kysely<Database>,
  ref: number,
  change: GrantChange,
  { signed: { receipt, jws }, hash }: NonNullable<GrantChange['receipt']>,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('contract_grant')
    .set({ receipts: receipt.number, receipt_hash: hash })
    .where('ref', '=', ref)
    .where('receipts', '=', receipt.number - 1)
    .where('receipt_hash', 'is', receipt.previous)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new LockerError('record_conflict');
  await db
    .insertInto('receipt')
    .values({
      grant_ref: ref,
      number: receipt.number,
      event: receipt.event,
      at: change.at,
      document: JSON.stringify(receipt),
      jws,
      hash,
    })
    .execute();
  if (change.day !== null) {
    await db
      .updateTable('access_day')
      .set({ receipt: receipt.number })
      .where('grant_ref', '=', ref)
      .where('day', '=', change.day)
      .execute();
  }
}
