import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { BODY_MAX } from '../../../protocol/record.ts';
import type { Database } from '../database.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { PreparedRecord } from '../../derive/index.ts';
import type { RecordTable } from './record-tables.ts';
import { writeRecords } from './write-records.ts';
import { sourceUri } from './sql-rows.ts';

/** A stored record as it has to be derived again: the facts of an `IntakeRecord`, with body and overlay as JSON text. */
export interface StoredSource extends Pick<RecordTable, 'id' | 'datatype' | 'uri' | 'published'> {
  source: string;
  publishedText: string | null;
  estimated: boolean;
  mine: boolean;
  seq: number;
  body: string;
  bodyDigest: string;
  overlay: string | null;
}

export const editReads = {
  /** What a record is derived from. Throws record_not_found. */
  'records.source': readOperation(z.strictObject({ id: z.int() }), async ({ db }, { id }): Promise<StoredSource> => {
    const found = await storedSource(db, id);
    if (found === undefined) throw new LockerError('record_not_found');
    return found;
  }),
};

export const editWrites = {
  /**
   * Stores the owner's changes (null: none) with what was derived from the body under them. Throws record_conflict where
   * the record changed after `seq`, record_not_found.
   */
  'records.setOverlay': writeOperation(
    z.strictObject({
      id: z.int(),
      seq: z.int(),
      overlay: z.string().max(BODY_MAX).nullable(),
      derived: PreparedRecord,
    }),
    async ({ db, now }, { id, seq, overlay, derived }) => {
      const stored = await db
        .selectFrom('record')
        .innerJoin('record_body', 'record_body.id', 'record.id')
        .select(['record.id', 'ref', 'identity', 'body_digest', 'mine', 'edited', 'source', 'published', 'estimated'])
        .select(['own_time', 'published_text', 'author', 'object', 'seq', 'body'])
        .where('record.id', '=', id)
        .executeTakeFirst();
      if (stored === undefined) throw new LockerError('record_not_found');
      if (stored.seq !== seq) throw new LockerError('record_conflict');
      const { ref, identity, own_time, body, body_digest: bodyDigest } = stored;
      await writeRecords(
        db,
        [{ record: derived, stored, kept: { id, ref, identity, own_time, body, bodyDigest, overlay } }],
        now(),
      );
    },
  ),
};

async function storedSource(db: ReadonlyKysely<Database>, id: number): Promise<StoredSource | undefined> {
  const found = await db
    .selectFrom('record')
    .innerJoin('record_body', 'record_body.id', 'record.id')
    .select(['record.id', 'datatype', 'record.uri', sourceUri(), 'published', 'published_text', 'estimated'])
    .select(['mine', 'seq', 'body', 'body_digest', 'overlay'])
    .where('record.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { published_text: publishedText, body_digest: bodyDigest, estimated, mine, ...row } = found;
  return { ...row, publishedText, bodyDigest, estimated: estimated === 1, mine: mine === 1 };
}
