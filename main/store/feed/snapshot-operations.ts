import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';

const FeedId = z.string().min(1).max(40);
const Blob = z.instanceof(Uint8Array);
const Time = z.int();

/** Snapshots that are kept with their order. */
const KEPT_SNAPSHOTS = 30;
/** And none for longer, whether others came or not. */
const KEPT_MS = 30 * 86_400_000;

const Snapshot = z.strictObject({
  feedId: FeedId,
  created: Time,
  preview: z.boolean(),
  inputDigest: z.string().max(64),
  outputDigest: z.string().max(64),
  document: z.string(),
  shown: Blob,
  hidden: Blob,
  prints: Blob,
  marks: Blob,
});

export const snapshotReads = {
  /** A stored feed, or null. */
  'feed.snapshot': readOperation(z.strictObject({ feedId: FeedId }), async ({ db }, { feedId }) => {
    const row = await db.selectFrom('feed_snapshot').selectAll().where('feed_id', '=', feedId).executeTakeFirst();
    if (row === undefined) return null;
    return {
      feedId: row.feed_id,
      created: row.created,
      preview: row.preview === 1,
      inputDigest: row.input_digest,
      outputDigest: row.output_digest,
      document: row.document,
      // Copies: the driver's buffers may share memory with others.
      shown: Uint8Array.from(row.shown),
      hidden: Uint8Array.from(row.hidden),
      prints: Uint8Array.from(row.prints),
      marks: Uint8Array.from(row.marks),
      position: row.position,
    };
  }),
  /** Ids of the stored feeds, newest first. */
  'feed.snapshots': readOperation(z.strictObject({}), async ({ db }) => {
    const rows = await db
      .selectFrom('feed_snapshot')
      .select(['feed_id', 'created', 'preview', 'position'])
      .orderBy('created', 'desc')
      .orderBy('feed_id')
      .execute();
    return rows.map((row) => ({
      feedId: row.feed_id,
      created: row.created,
      preview: row.preview === 1,
      position: row.position,
    }));
  }),
};

export const snapshotWrites = {
  /** Stores a feed, and drops the oldest beyond the number kept. */
  'feed.putSnapshot': writeOperation(Snapshot, async ({ db }, snapshot) => {
    const row = {
      feed_id: snapshot.feedId,
      created: snapshot.created,
      preview: snapshot.preview ? (1 as const) : (0 as const),
      input_digest: snapshot.inputDigest,
      output_digest: snapshot.outputDigest,
      document: snapshot.document,
      shown: snapshot.shown,
      hidden: snapshot.hidden,
      prints: snapshot.prints,
      marks: snapshot.marks,
      position: null,
      position_set: null,
    };
    await db
      .insertInto('feed_snapshot')
      .values(row)
      // The same inputs give the same feed: it is the one that is there, made or used again now.
      .onConflict((conflict) => conflict.column('feed_id').doUpdateSet({ created: row.created, preview: row.preview }))
      .execute();
    await db
      .deleteFrom('feed_snapshot')
      .where('feed_id', 'in', (query) =>
        query
          .selectFrom('feed_snapshot')
          .select('feed_id')
          .orderBy('created', 'desc')
          .orderBy('feed_id')
          .limit(-1)
          .offset(KEPT_SNAPSHOTS),
      )
      .execute();
    await db
      .deleteFrom('feed_snapshot')
      .where('created', '<', snapshot.created - KEPT_MS)
      .execute();
  }),
  /** Keeps where the owner reads; whether the feed is still stored. */
  'feed.setPosition': writeOperation(
    z.strictObject({ feedId: FeedId, position: z.int() }),
    async ({ db, now }, { feedId, position }) => {
      const { numUpdatedRows } = await db
        .updateTable('feed_snapshot')
        .set({ position, position_set: now() })
        .where('feed_id', '=', feedId)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  ),
};
