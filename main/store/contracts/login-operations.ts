import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';

const Time = z.int().min(0);
/** Logins older than this are forgotten. */
const KEPT_MS = 2 * 365 * 86_400_000;

export const loginReads = {
  /** The owner's logins, newest first, before a place. */
  'logins.page': readOperation(
    z.strictObject({
      from: Time.optional(),
      to: Time.optional(),
      before: z.int().optional(),
      limit: z.int().min(1).max(201),
    }),
    async ({ db }, { from, to, before, limit }) => {
      let query = db.selectFrom('owner_login').select(['id', 'at', 'way']);
      if (from !== undefined) query = query.where('at', '>=', from);
      if (to !== undefined) query = query.where('at', '<', to);
      if (before !== undefined) query = query.where('id', '<', before);
      return query.orderBy('id', 'desc').limit(limit).execute();
    },
  ),
};

export const loginWrites = {
  /** Notes that the owner came in. */
  'logins.add': writeOperation(
    z.strictObject({ at: Time, way: z.string().min(1).max(40) }),
    async ({ db }, { at, way }) => {
      await db.insertInto('owner_login').values({ at, way }).execute();
      await db
        .deleteFrom('owner_login')
        .where('at', '<', at - KEPT_MS)
        .execute();
    },
  ),
};
