import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { Subscription } from '../../../protocol/owner/sources.ts';
import { readOperation, writeOperation } from '../operation.ts';
import type { SubscriptionTable } from './subscription-table.ts';

const Id = z.string().min(1).max(40);
const Url = z.string().min(1).max(2048);
const Title = z.string().min(1).max(300);
const Interval = z.int().min(5).max(10080);
const Time = z.int().min(0);

/** What polling needs to know beside what the owner sees. */
export const PolledSubscription = Subscription.extend({
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  failures: z.int().min(0),
});
export type PolledSubscription = z.infer<typeof PolledSubscription>;

const NewSubscription = z.strictObject({
  id: Id,
  url: Url,
  title: Title,
  intervalMinutes: Interval,
  enabled: z.boolean(),
  allowLoopback: z.boolean(),
  /** Import run of the list it came from. */
  run: Id.nullable(),
  nextDue: Time,
});

function viewOf(row: SubscriptionTable): PolledSubscription {
  return {
    id: row.id,
    url: row.url,
    title: row.title,
    intervalMinutes: row.interval_minutes,
    enabled: row.enabled === 1,
    allowLoopback: row.allow_loopback === 1,
    lastPolledAt: row.last_polled,
    lastChangedAt: row.last_changed,
    lastProblem: row.last_problem,
    items: row.items,
    etag: row.etag,
    lastModified: row.last_modified,
    failures: row.failures,
  };
}

export const subscriptionReads = {
  /** All, by title. */
  'subscriptions.list': readOperation(z.strictObject({}), async ({ db }): Promise<PolledSubscription[]> => {
    const rows = await db.selectFrom('subscription').selectAll().orderBy('title').orderBy('id').execute();
    return rows.map(viewOf);
  }),
  /** One, or null. */
  'subscriptions.get': readOperation(z.strictObject({ id: Id }), async ({ db }, { id }) => {
    const row = await db.selectFrom('subscription').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : viewOf(row);
  }),
  /** One by its address, or null. */
  'subscriptions.byUrl': readOperation(z.strictObject({ url: Url }), async ({ db }, { url }) => {
    const row = await db.selectFrom('subscription').selectAll().where('url', '=', url).executeTakeFirst();
    return row === undefined ? null : viewOf(row);
  }),
  /** Those to poll now, the longest overdue first, and when the next one after them is due. */
  'subscriptions.due': readOperation(
    z.strictObject({ now: Time, limit: z.int().min(1).max(500) }),
    async ({ db }, { now, limit }): Promise<{ due: PolledSubscription[]; next: number | null }> => {
      const rows = await db
        .selectFrom('subscription')
        .selectAll()
        .where('enabled', '=', 1)
        .orderBy('next_due')
        .limit(limit + 1)
        .execute();
      const due = rows.filter((row) => row.next_due <= now).slice(0, limit);
      const next = rows[due.length]?.next_due ?? null;
      return { due: due.map(viewOf), next };
    },
  ),
};

export const subscriptionWrites = {
  /** Adds those whose address isn't there yet; gives how many that were. */
  'subscriptions.add': writeOperation(z.array(NewSubscription).min(1).max(1000), async ({ db, now }, subscriptions) => {
    let added = 0;
    for (const item of subscriptions) {
      const result = await db
        .insertInto('subscription')
        .values({
          id: item.id,
          url: item.url,
          title: item.title,
          interval_minutes: item.intervalMinutes,
          enabled: item.enabled ? 1 : 0,
          allow_loopback: item.allowLoopback ? 1 : 0,
          run: item.run,
          created: now(),
          next_due: item.nextDue,
          failures: 0,
          items: 0,
          etag: null,
          last_modified: null,
          last_polled: null,
          last_changed: null,
          last_problem: null,
        })
        .onConflict((conflict) => conflict.column('url').doNothing())
        .executeTakeFirst();
      added += Number(result.numInsertedOrUpdatedRows ?? 0n);
    }
    return { added };
  }),
  /** Turns one on or off, or sets how often it is polled. Throws subscription_not_found. */
  'subscriptions.change': writeOperation(
    z.strictObject({ id: Id, enabled: z.boolean().optional(), intervalMinutes: Interval.optional(), nextDue: Time }),
    async ({ db }, { id, enabled, intervalMinutes, nextDue }): Promise<PolledSubscription> => {
      const row = await db
        .updateTable('subscription')
        .set({
          next_due: nextDue,
          ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0, failures: 0 }),
          ...(intervalMinutes === undefined ? {} : { interval_minutes: intervalMinutes }),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new LockerError('subscription_not_found');
      return viewOf(row);
    },
  ),
  /** Throws subscription_not_found. */
  'subscriptions.drop': writeOperation(z.strictObject({ id: Id }), async ({ db }, { id }) => {
    const result = await db.deleteFrom('subscription').where('id', '=', id).executeTakeFirst();
    if (result.numDeletedRows === 0n) throw new LockerError('subscription_not_found');
  }),
  /** Removes what a subscription list brought and the owner has not turned on or polled; gives how many that were. */
  'subscriptions.dropRun': writeOperation(z.strictObject({ run: Id }), async ({ db }, { run }) => {
    const result = await db
      .deleteFrom('subscription')
      .where('run', '=', run)
      .where('enabled', '=', 0)
      .where('last_polled', 'is', null)
      .executeTakeFirst();
    return { removed: Number(result.numDeletedRows) };
  }),
  /** Writes down how a poll went. */
  'subscriptions.polled': writeOperation(
    z.strictObject({
      id: Id,
      at: Time,
      nextDue: Time,
      failures: z.int().min(0),
      problem: z.string().max(60).nullable(),
      changed: z.boolean(),
      added: z.int().min(0),
      title: Title.nullable(),
      /** Null: as they were. */
      validators: z
        .strictObject({ etag: z.string().max(1024).nullable(), lastModified: z.string().max(200).nullable() })
        .nullable(),
    }),
    async ({ db }, poll) => {
      await db
        .updateTable('subscription')
        .set((row) => ({
          last_polled: poll.at,
          next_due: poll.nextDue,
          failures: poll.failures,
          last_problem: poll.problem,
          items: row('items', '+', poll.added),
          ...(poll.changed ? { last_changed: poll.at } : {}),
          ...(poll.title === null ? {} : { title: poll.title }),
          ...(poll.validators === null
            ? {}
            : { etag: poll.validators.etag, last_modified: poll.validators.lastModified }),
        }))
        .where('id', '=', poll.id)
        .execute();
    },
  ),
};
