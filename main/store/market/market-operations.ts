import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';

const Id = z.string().min(1).max(100);
const Tier = z.enum(['fast', 'hardened']);

export const marketReads = {
  /** What is installed, without the packages. */
  'market.list': readOperation(z.strictObject({}), async ({ db }) => {
    const rows = await db
      .selectFrom('installed_algorithm')
      .select(['id', 'version', 'hash', 'tier', 'installed', 'suspended_until'])
      .orderBy('id')
      .execute();
    return rows.map(({ suspended_until, ...row }) => ({ ...row, suspendedUntil: suspended_until }));
  }),
  /** The packages of the given ids; ids that are not installed are left out. */
  'market.packages': readOperation(z.strictObject({ ids: z.array(Id).max(200) }), async ({ db }, { ids }) => {
    const rows = await db
      .selectFrom('installed_algorithm as installed')
      .leftJoin('algorithm_origin as origin', 'origin.algorithm', 'installed.id')
      .leftJoin('revocation', (join) =>
        join.onRef('revocation.hash', '=', 'installed.hash').onRef('revocation.repository', '=', 'origin.repository'),
      )
      .leftJoin('revocation_override as override', 'override.hash', 'installed.hash')
      .select([
        'installed.id',
        'installed.hash',
        'tier',
        'package',
        'suspended_until',
        'origin.repository',
        'reason',
        'made',
      ])
      .where('installed.id', 'in', ids)
      .execute();
    return rows.map(({ suspended_until, reason, made, ...row }) => ({
      ...row,
      suspendedUntil: suspended_until,
      /** Why its repository took it back: JSON, a text per language; null: it didn't. */
      revoked: reason,
      /** The owner runs it nevertheless. */
      overridden: made !== null,
    }));
  }),
};

export const marketWrites = {
  /** Installs a package in place of one of the same id; a suspension ends. `origin` is the repository it came from. */
  'market.put': writeOperation(
    z.strictObject({
      id: Id,
      version: z.string().max(100),
      hash: z.string().length(64),
      tier: Tier,
      package: z.string().max(2 * 1024 * 1024),
      origin: z.string().min(1).max(40).nullable().default(null),
    }),
    async ({ db, now }, { origin, ...row }) => {
      const values = { ...row, installed: now(), suspended_until: null };
      await db
        .insertInto('installed_algorithm')
        .values(values)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute();
      await db.deleteFrom('algorithm_origin').where('algorithm', '=', row.id).execute();
      if (origin === null) return;
      await db.insertInto('algorithm_origin').values({ algorithm: row.id, repository: origin }).execute();
    },
  ),
  /** @returns whether it was installed */
  'market.remove': writeOperation(z.strictObject({ id: Id }), async ({ db }, { id }) => {
    const { numDeletedRows } = await db.deleteFrom('installed_algorithm').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }),
  /** @returns whether it is installed */
  'market.suspend': writeOperation(
    z.strictObject({ id: Id, until: z.int().nullable() }),
    async ({ db }, { id, until }) => {
      const { numUpdatedRows } = await db
        .updateTable('installed_algorithm')
        .set({ suspended_until: until })
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  ),
};
