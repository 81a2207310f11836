import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';
import { among } from '../records/sql-rows.ts';

const DAY = 86_400_000;
/** How long a hide can be looked up. */
const REVIEWABLE_MS = 30 * DAY;
/** Rows per statement, below SQLite's limit of parameters. */
const ROWS = 500;

const Hide = z.strictObject({ record: z.int(), causes: z.string() });

export const hideReads = {
  /** Posts hidden in the last 30 days, the latest first hidden first. */
  'feed.hides': readOperation(z.strictObject({ now: z.int() }), async ({ db }, { now }) => {
    const rows = await db
      .selectFrom('feed_hide')
      .select(['record', 'first_hidden'])
      .where('last_hidden', '>=', now - REVIEWABLE_MS)
      .orderBy('first_hidden', 'desc')
      .orderBy('record', 'desc')
      .execute();
    return {
      record: Float64Array.from(rows, (row) => row.record),
      firstHidden: Float64Array.from(rows, (row) => row.first_hidden),
    };
  }),
  /** Causes of the given hides, as JSON. */
  'feed.hideCauses': readOperation(
    z.strictObject({ records: z.array(z.int()).max(ROWS) }),
    async ({ db }, { records }) =>
      db
        .selectFrom('feed_hide')
        .select(['record', 'causes', 'first_hidden as firstHidden'])
        .where('record', 'in', records)
        .execute(),
  ),
};

export const hideWrites = {
  /** Notes what a feed hides; forgets what no feed has hidden for 30 days. */
  'feed.putHides': writeOperation(
    z.strictObject({ at: z.int(), hides: z.array(Hide).max(ROWS) }),
    async ({ db }, { at, hides }) => {
      const present = await db
        .selectFrom('record')
        .select('id')
        .where('id', 'in', among(hides.map(({ record }) => record)))
        .execute();
      const ids = new Set(present.map(({ id }) => id));
      // Deleted since the feed was made: nothing of it is written down.
      const here = hides.filter(({ record }) => ids.has(record));
      if (here.length > 0) {
        await db
          .insertInto('feed_hide')
          .values(here.map((hide) => ({ ...hide, first_hidden: at, last_hidden: at })))
          .onConflict((conflict) =>
            conflict.column('record').doUpdateSet((row) => ({
              causes: row.ref('excluded.causes'),
              last_hidden: row.ref('excluded.last_hidden'),
            })),
          )
          .execute();
      }
      await db
        .deleteFrom('feed_hide')
        .where('last_hidden', '<', at - REVIEWABLE_MS)
        .execute();
    },
  ),
};
