import type { Kysely } from 'kysely';
import { rederive, type PreparedRecord } from '../../derive/index.ts';
import type { Database } from '../database.ts';
import { among, sourceUri } from './sql-rows.ts';
import type { StoredRow, Write } from './write-records.ts';

/**
 * What comes anew as it has to be stored: derived from the new body under the owner's changes, and under the source that
 * the record is kept by. So columns and body never tell different things, and what the owner did not change follows
 * the source.
 */
export async function underChanges(
  db: Kysely<Database>,
  writes: readonly { readonly record: PreparedRecord; readonly stored: StoredRow | null }[],
): Promise<Write[]> {
  const known = writes.flatMap(({ stored }) => (stored === null ? [] : [stored.id]));
  if (known.length === 0) return [...writes];
  const rows = await db
    .selectFrom('record')
    .innerJoin('record_body', 'record_body.id', 'record.id')
    .select(['record.id', sourceUri(), 'overlay'])
    .where('record.id', 'in', among(known))
    .execute();
  const kept = new Map(rows.map((row) => [row.id, row]));
  return writes.map(({ record, stored }): Write => {
    const under = stored === null ? undefined : kept.get(stored.id);
    if (stored === null || under === undefined) return { record, stored };
    const { source, overlay } = under;
    if (overlay === null && source === record.source) return { record, stored };
    const { id, ref, identity, mine } = stored;
    const { datatype, uri, published, publishedText, estimated, body, bodyDigest } = record;
    const isMine = record.mine || mine === 1;
    const facts = { datatype, uri, source, published, publishedText, estimated, mine: isMine, body, overlay };
    return { record: rederive(facts), stored, kept: { id, ref, identity, own_time: null, body, bodyDigest, overlay } };
  });
}
