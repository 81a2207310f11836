import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import type { RecordTable } from './record-tables.ts';
import { among, insertRows } from './sql-rows.ts';

/**
 * Ids of records by their keys. Keys are digests: each new one belongs on a page of its own of a large index, and to
 * encrypt and log these pages would cost an import as much as all else together. So keys come into a small level, and move
 * on into a larger one, and from there into the last, a stretch of neighbours at a time. A key is looked up in all three.
 */
const FIRST_LEVEL = 0;
const ANY_LEVEL = sql`(0, 1, 2)`;
/** The same for queries written as text: that row `k` has a key of the JSON list given as parameter. */
export const KEY_IN_LIST = 'k.level in (0, 1, 2) and k.ref in (select value from json_each(?))';

/** Keys are below this. */
const KEYS = 2 ** 52;
/**
 * Changes in which all of a level's keys move on once: about half as many wait in it. Odd, so that changes that come in
 * pairs reach every stretch.
 */
const ROUND = [2 ** 13 - 1, 2 ** 17 - 1] as const;

type Keyed = Pick<RecordTable, 'id' | 'ref'>;

/** That a record has one of these keys. */
export function hasKey(refs: Iterable<number>): RawBuilder<boolean> {
  return sql<boolean>`record.id in (select id from record_key where level in ${ANY_LEVEL} and ref in ${among(refs)})`;
}

/** Author of the post whose key is the value of `ref`; null: no such post. */
export function authorOfPost(ref: RawBuilder<unknown>): RawBuilder<number | null> {
  return sql<number | null>`(
    select record.author from record_key join record on record.id = record_key.id
    where record_key.level in ${ANY_LEVEL} and record_key.ref = ${ref} and record.datatype = 'social.post'
  )`;
}

export async function addKeys(db: Kysely<Database>, records: readonly Keyed[]): Promise<void> {
  const rows = records.map(({ ref, id }) => [FIRST_LEVEL, ref, id]);
  await insertRows(db, 'insert into record_key', ['level', 'ref', 'id'], rows);
}

export async function removeKeys(db: Kysely<Database>, records: readonly Keyed[]): Promise<void> {
  await sql`
    delete from record_key where level in ${ANY_LEVEL} and ref in ${among(records.map(({ ref }) => ref))}
      and id in ${among(records.map(({ id }) => id))}
  `.execute(db);
}

/** Moves the stretches on that belong to the changes from `seq` on. */
export async function moveKeys(db: Kysely<Database>, seq: number, changes: number): Promise<void> {
  for (const [level, round] of ROUND.entries()) {
    for (const [from, to] of stretches(seq, Math.min(changes, round), round)) {
      await sql`
        insert into record_key (level, ref, id)
        select level + 1, ref, id from record_key where level = ${level} and ref >= ${from} and ref < ${to}
      `.execute(db);
      await sql`delete from record_key where level = ${level} and ref >= ${from} and ref < ${to}`.execute(db);
    }
  }
}

/** One stretch of keys, or two where a round ends within the changes. */
function stretches(seq: number, changes: number, round: number): (readonly [number, number])[] {
  const first = seq % round;
  const end = first + changes;
  const border = (step: number): number => Math.floor((KEYS / round) * step);
  if (end < round) return [[border(first), border(end)]];
  return [
    [border(first), KEYS],
    [0, border(end - round)],
  ];
}
