import { z } from 'zod';
import { Receipt } from '../../../protocol/contract/grant.ts';
import { readOperation } from '../operation.ts';

const Time = z.int();
const Span = z.strictObject({ from: Time.optional(), to: Time.optional(), limit: z.int().min(1).max(5000) });
const Made = z.looseObject({ algorithms: z.array(z.looseObject({ algorithm: z.string(), version: z.string() })) });

/** What happened with the data besides the requests of services; each newest first. Times are milliseconds UTC. */
export const activityReads = {
  /** Receipts of contracts, or of those of a service; days that were closed are left out. */
  'activity.receipts': readOperation(
    Span.extend({ service: z.string().max(40).optional() }),
    async ({ db }, { from, to, limit, service }) => {
      let query = db
        .selectFrom('receipt as r')
        .innerJoin('contract_grant as g', 'g.ref', 'r.grant_ref')
        .select(['r.document', 'r.at', 'g.service'])
        .where('r.event', '<>', 'day closed');
      if (service !== undefined) query = query.where('g.service', '=', service);
      if (from !== undefined) query = query.where('r.at', '>=', from);
      if (to !== undefined) query = query.where('r.at', '<', to);
      const rows = await query
        .orderBy('r.at', 'desc')
        .orderBy('r.grant_ref', 'desc')
        .orderBy('r.number', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        at: row.at,
        service: row.service,
        receipt: Receipt.parse(JSON.parse(row.document)),
      }));
    },
  ),
  /** Imports. */
  'activity.imports': readOperation(Span, async ({ db }, { from, to, limit }) => {
    let query = db.selectFrom('import_run').select(['id', 'name', 'state', 'started as at']);
    if (from !== undefined) query = query.where('started', '>=', from);
    if (to !== undefined) query = query.where('started', '<', to);
    return query.orderBy('started', 'desc').orderBy('num', 'desc').limit(limit).execute();
  }),
  /** Feeds that were made, with the algorithms that ran for them. */
  'activity.feeds': readOperation(Span, async ({ db }, { from, to, limit }) => {
    let query = db.selectFrom('feed_snapshot').select(['feed_id as id', 'created as at', 'document']);
    if (from !== undefined) query = query.where('created', '>=', from);
    if (to !== undefined) query = query.where('created', '<', to);
    const rows = await query
      .where('preview', '=', 0)
      .orderBy('created', 'desc')
      .orderBy('feed_id')
      .limit(limit)
      .execute();
    const feeds = rows.map(({ id, at, document }) => ({
      id,
      at,
      ...Made.catch({ algorithms: [] }).parse(JSON.parse(document)),
    }));
    const ids = new Set(feeds.flatMap(({ algorithms }) => algorithms.map(({ algorithm }) => algorithm)));
    const installed = await db
      .selectFrom('installed_algorithm')
      .select((row) => [
        'id',
        row.fn<string | null>('json_extract', ['package', row.val('$.manifest.name.en')]).as('name'),
      ])
      .where('id', 'in', [...ids])
      .execute();
    const names = new Map(installed.map(({ id, name }) => [id, name]));
    return feeds.map(({ id, at, algorithms }) => ({
      id,
      at,
      algorithms: algorithms.map(({ algorithm, version }) => ({
        algorithm,
        version,
        // One that was removed since has no other name left.
        name: names.get(algorithm) ?? algorithm,
      })),
    }));
  }),
};
