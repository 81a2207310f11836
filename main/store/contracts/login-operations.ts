import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';

const Time = z.int().min(0);
const MINUTE_MS = 60_000;
/** Logins older than this are forgotten. */
const KEPT_MS = 2 * 365 * 86_400_000;

const Span = z.strictObject({ from: Time.optional(), to: Time.optional(), limit: z.int().min(1).max(5000) });

export const loginReads = {
  /** The owner's logins, newest first. */
  'logins.page': readOperation(Span, async ({ db }, { from, to, limit }) => {
    let query = db.selectFrom('owner_login').select(['id', 'at', 'way']);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  }),
  /** Requests without a valid token, newest minute first; `service` null: whose they were is not known. */
  'logins.refusedTokens': readOperation(
    Span.extend({ service: z.string().max(40).optional() }),
    async ({ db }, { from, to, limit, service }) => {
      let query = db.selectFrom('refused_token').selectAll();
      if (service !== undefined) query = query.where('service', '=', service);
      if (from !== undefined) query = query.where('minute', '>=', Math.floor(from / MINUTE_MS));
      if (to !== undefined) query = query.where('minute', '<', Math.ceil(to / MINUTE_MS));
      const rows = await query.orderBy('minute', 'desc').orderBy('service').limit(limit).execute();
      return rows.map(({ minute, service, count }) => ({
        at: minute * MINUTE_MS,
        service: service === '' ? null : service,
        count,
      }));
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
  /** Counts requests without a valid token. */
  'logins.refuseTokens': writeOperation(
    z
      .array(z.strictObject({ at: Time, service: z.string().max(40).nullable(), count: z.int().min(1) }))
      .min(1)
      .max(1000),
    async ({ db }, counts) => {
      for (const { at, service, count } of counts) {
        const minute = Math.floor(at / MINUTE_MS);
        await db
          .insertInto('refused_token')
          .values({ minute, service: service ?? '', count })
          .onConflict((conflict) =>
            conflict
              .columns(['minute', 'service'])
              .doUpdateSet((row) => ({ count: row('refused_token.count', '+', count) })),
          )
          .execute();
        await db
          .deleteFrom('refused_token')
          .where('minute', '<', minute - KEPT_MS / MINUTE_MS)
          .execute();
      }
    },
  ),
};
