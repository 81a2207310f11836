import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { keepPast } from '../gated/past.ts';
import { countDatatypes, countSources, takeSeq, tally } from './counters.ts';
import { leaveAuthors } from './leave-authors.ts';
import { renewPosts, touchReferring } from './incoming.ts';
import { removeKeys } from './record-keys.ts';
import type { RecordTable } from './record-tables.ts';
import { ownAccounts } from './authors.ts';
import { renewRelations } from './relations.ts';
import { among, insertRows } from './sql-rows.ts';

type Removed = Pick<RecordTable, 'id' | 'datatype' | 'ref' | 'identity' | 'source' | 'author' | 'object' | 'mine'>;

/**
 * Takes records out with everything that was kept beside them and everything that followed from them; what refers to
 * them is told. Returns how many there were.
 */
export async function removeRecords(db: Kysely<Database>, ids: readonly number[], now: number): Promise<number> {
  const rows = await db
    .selectFrom('record')
    .select(['id', 'datatype', 'ref', 'identity', 'source', 'author', 'object', 'mine'])
    .where('id', 'in', among(ids))
    .execute();
  if (rows.length === 0) return 0;
  const seq = await takeSeq(db, rows.length);
  await keepPast(
    db,
    rows.map(({ id }) => id),
    seq,
  );
  const list = among(rows.map(({ id }) => id));
  // The index reads what it takes out from the record's own texts, so it goes first.
  await db.deleteFrom('record_search').where('rowid', 'in', list).execute();
  await db.deleteFrom('record').where('id', 'in', list).execute();
  await removeKeys(db, rows);
  const posts = rows.filter(({ datatype }) => datatype === 'social.post');
  const gone = posts.map(({ id }, i) => [seq + i, id, now]);
  await insertRows(db, 'insert into removed_post', ['seq', 'id', 'at'], gone);
  await tellStreams(db, rows, seq, now);
  await count(db, rows);
  const last = seq + rows.length - 1;
  await touchReferring(db, new Set(posts.map(({ ref }) => ref)), last);
  const objects = new Set(rows.flatMap(({ object }) => (object === null ? [] : [object])));
  await renewPosts(db, objects, last);
  const made = rows.flatMap(({ author }) => (author === null ? [] : [author]));
  const authors = await leaveAuthors(db, new Set(made), last);
  await renewRelations(db, new Set([...objects, ...authors]), await ownAccounts(db), last);
  return rows.length;
}

async function tellStreams(db: Kysely<Database>, rows: readonly Removed[], seq: number, at: number): Promise<void> {
  const gone = rows.map(({ datatype, ref, identity }, i) => [seq + i, datatype, ref, identity, at]);
  await insertRows(db, 'insert into removed_record', ['seq', 'datatype', 'ref', 'identity', 'at'], gone);
}

async function count(db: Kysely<Database>, rows: readonly Removed[]): Promise<void> {
  const datatypes = new Map<Removed['datatype'], number>();
  const sources = new Map<number, number>();
  for (const { datatype, source } of rows) {
    tally(datatypes, datatype, -1);
    tally(sources, source, -1);
  }
  await countDatatypes(db, datatypes);
  await countSources(db, sources);
}
