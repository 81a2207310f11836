import { sql, type Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { among } from './sql-rows.ts';

/** Ids within one second. */
export const IDS_PER_SECOND = 2 ** 20;
const IDS_PER_MS = 2 ** 10;
/** Times that ids can be made of, far outside any real one: the years 1716 to 2223. */
const EARLIEST_MS = -8e12;
const LATEST_MS = 8e12;

/** First id of a millisecond; also the border between what is older and newer in `where id >= …`. */
export function firstIdAt(ms: number): number {
  const bounded = Math.min(LATEST_MS, Math.max(EARLIEST_MS, Math.trunc(ms)));
  const second = Math.floor(bounded / 1000);
  return second * IDS_PER_SECOND + (bounded - second * 1000) * IDS_PER_MS;
}

/**
 * The id that a record of this time would like. Within a millisecond the place comes from its key, so that a record that
 * was removed and comes back gets the id it had.
 */
export function wantedId(ms: number, ref: number): number {
  return firstIdAt(ms) + (ref % IDS_PER_MS);
}

/** Free ids, each as close after the one wanted as there is. */
export async function placeIds(db: Kysely<Database>, wanted: readonly number[]): Promise<number[]> {
  const taken = new Set(
    (await db.selectFrom('record').select('id').where('id', 'in', among(wanted)).execute()).map(({ id }) => id),
  );
  const ids: number[] = [];
  for (const id of wanted) {
    const free = taken.has(id) ? await nextFree(db, id, taken) : id;
    taken.add(free);
    ids.push(free);
  }
  return ids;
}

async function nextFree(db: Kysely<Database>, id: number, taken: ReadonlySet<number>): Promise<number> {
  // A handful of neighbours first: nearly always one is free.
  const near = await db
    .selectFrom('record')
    .select('id')
    .where('id', '>', id)
    .where('id', '<=', id + 64)
    .execute();
  const occupied = new Set(near.map((row) => row.id));
  for (let next = id + 1; next <= id + 64; next++) if (!occupied.has(next) && !taken.has(next)) return next;
  const last = await db
    .selectFrom('record')
    .select(sql<number | null>`max(id)`.as('last'))
    .where('id', '>=', id)
    .where('id', '<', id + IDS_PER_SECOND)
    .executeTakeFirst();
  let next = Math.max(id, last?.last ?? id) + 1;
  while (taken.has(next) || (await exists(db, next))) next++;
  return next;
}

async function exists(db: Kysely<Database>, id: number): Promise<boolean> {
  return (await db.selectFrom('record').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}
