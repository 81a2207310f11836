import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { readOperation, writeOperation } from '../operation.ts';

const Id = z.string().min(1).max(40);
const Hash = z.string().length(64);
const Time = z.int().min(0);
const Role = z.string().min(1).max(300);
const Bytes = z.instanceof(Uint8Array);
const Revoked = z.strictObject({ hash: Hash, reason: z.string().max(10_000) });

export const repositoryReads = {
  /** All, in the order they were added. */
  'repositories.list': readOperation(z.strictObject({}), async ({ db }) =>
    db.selectFrom('repository').selectAll().orderBy('added').orderBy('id').execute(),
  ),
  /** What was verified of one, by role. */
  'repositories.metadata': readOperation(z.strictObject({ id: Id }), async ({ db }, { id }) => {
    const rows = await db
      .selectFrom('repository_metadata')
      .select(['role', 'bytes'])
      .where('repository', '=', id)
      .orderBy('role')
      .execute();
    // Copied: the driver's buffers share memory, which a message to another thread must not take along.
    return rows.map(({ role, bytes }) => ({ role, bytes: new Uint8Array(bytes) }));
  }),
  /** What one took back. */
  'repositories.revocations': readOperation(z.strictObject({ id: Id }), async ({ db }, { id }) =>
    db.selectFrom('revocation').select(['hash', 'reason']).where('repository', '=', id).execute(),
  ),
};

export const repositoryWrites = {
  /** Throws repository_exists. */
  'repositories.add': writeOperation(
    z.strictObject({
      id: Id,
      name: z.string().min(1).max(80),
      kind: z.enum(['address', 'folder']),
      place: z.string().min(1).max(2048),
      fingerprint: Hash,
      /** The root that was compared. */
      root: Bytes,
    }),
    async ({ db, now }, { root, ...row }) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('repository')
        .values({ ...row, added: now(), refreshed: null, problem: null, newest: 0 })
        .onConflict((conflict) => conflict.column('place').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) throw new LockerError('repository_exists');
      await db.insertInto('repository_metadata').values({ repository: row.id, role: 'root', bytes: root }).execute();
    },
  ),
  /**
   * How a refresh went: what it verified, and where it went well also the time and all that is revoked.
   * Throws repository_not_found.
   */
  'repositories.refreshed': writeOperation(
    z.strictObject({
      id: Id,
      /** Null: no longer believed. */
      changes: z.array(z.strictObject({ role: Role, bytes: Bytes.nullable() })).max(1000),
      problem: z.string().max(60).nullable(),
      newest: Time,
      /** Null: what was revoked stays. */
      revoked: z.array(Revoked).max(20_000).nullable(),
    }),
    async ({ db, now }, { id, changes, problem, newest, revoked }) => {
      const { numUpdatedRows } = await db
        .updateTable('repository')
        .set((row) => ({
          problem,
          newest: row.fn('max', ['newest', row.val(newest)]),
          ...(problem === null ? { refreshed: now() } : {}),
        }))
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new LockerError('repository_not_found');
      for (const { role, bytes } of changes) {
        if (bytes === null)
          await db.deleteFrom('repository_metadata').where('repository', '=', id).where('role', '=', role).execute();
        else
          await db
            .insertInto('repository_metadata')
            .values({ repository: id, role, bytes })
            .onConflict((conflict) => conflict.columns(['repository', 'role']).doUpdateSet({ bytes }))
            .execute();
      }
      if (revoked === null) return;
      await db.deleteFrom('revocation').where('repository', '=', id).execute();
      for (const { hash, reason } of revoked)
        await db
          .insertInto('revocation')
          .values({ repository: id, hash, reason, noted: now() })
          .onConflict((conflict) => conflict.columns(['repository', 'hash']).doNothing())
          .execute();
    },
  ),
  /** @returns whether there was one; what was installed from it stays */
  'repositories.remove': writeOperation(z.strictObject({ id: Id }), async ({ db }, { id }) => {
    const { numDeletedRows } = await db.deleteFrom('repository').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }),
  /** Runs a package although it was taken back, or no longer. */
  'repositories.override': writeOperation(
    z.strictObject({ hash: Hash, run: z.boolean() }),
    async ({ db, now }, { hash, run }) => {
      if (!run) await db.deleteFrom('revocation_override').where('hash', '=', hash).execute();
      else
        await db
          .insertInto('revocation_override')
          .values({ hash, made: now() })
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .execute();
    },
  ),
};
