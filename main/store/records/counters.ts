import { sql, type Kysely } from 'kysely';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { Database } from '../database.ts';
import { amongTexts, insertRows } from './sql-rows.ts';

/** Takes `count` numbers of the locker's change order; returns the first. */
export async function takeSeq(db: Kysely<Database>, count: number): Promise<number> {
  const row = await db
    .updateTable('counter')
    .set({ value: sql`value + ${count}` })
    .where('name', '=', 'seq')
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value - count + 1;
}

/** Adds to the number of records per datatype; a datatype without records goes. */
export async function countDatatypes(db: Kysely<Database>, deltas: ReadonlyMap<AnyDatatype, number>): Promise<void> {
  const rows = [...deltas].filter(([, delta]) => delta !== 0);
  const tail = 'on conflict (datatype) do update set records = records + excluded.records';
  await insertRows(db, 'insert into datatype_count', ['datatype', 'records'], rows, tail);
  if (rows.some(([, delta]) => delta < 0)) await db.deleteFrom('datatype_count').where('records', '<=', 0).execute();
}

/** Numbers of the sources named, made where they are new. */
export async function sourceIds(db: Kysely<Database>, uris: ReadonlySet<string>): Promise<Map<string, number>> {
  const known = await db.selectFrom('source').select(['id', 'uri']).where('uri', 'in', amongTexts(uris)).execute();
  const ids = new Map(known.map(({ uri, id }) => [uri, id]));
  for (const uri of uris) {
    if (ids.has(uri)) continue;
    const made = await db.insertInto('source').values({ uri, records: 0 }).returning('id').executeTakeFirstOrThrow();
    ids.set(uri, made.id);
  }
  return ids;
}

/** Adds to the number of records per source; a source without records goes. */
export async function countSources(db: Kysely<Database>, deltas: ReadonlyMap<number, number>): Promise<void> {
  for (const [id, delta] of deltas) {
    if (delta === 0) continue;
    await db
      .updateTable('source')
      .set({ records: sql`records + ${delta}` })
      .where('id', '=', id)
      .execute();
    if (delta < 0) await db.deleteFrom('source').where('id', '=', id).where('records', '<=', 0).execute();
  }
}

/** Adds `by` to the number kept under `key`. */
export function tally<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
