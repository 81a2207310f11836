import { sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { RecordRow } from '../../../protocol/owner/data.ts';
import type { Database } from '../database.ts';
import { readOperation } from '../operation.ts';
import { authorFacet, datatypeFacet, facetQuery, sourceFacet } from './facets.ts';
import { firstIdAt } from './record-ids.ts';
import { recordRows, storedBodies, type StoredBody } from './row-view.ts';
import { runNumber } from './runs.ts';

/** Hits that the best are picked from. */
const BEST_OF = 2000;

const Filter = z.strictObject({
  datatype: AnyDatatype.optional(),
  source: z.string().max(2048).optional(),
  /** Key of the account. */
  author: z.int().optional(),
  run: z.string().max(40).optional(),
  /** Milliseconds UTC, inclusive. */
  from: z.int().optional(),
  to: z.int().optional(),
});
export type Filter = z.infer<typeof Filter>;

const Input = z.strictObject({
  filter: Filter,
  /** A query of the full-text index, built from quoted words; null: all. */
  match: z.string().max(20_000).nullable(),
  /** Only records before this id. */
  before: z.int().nullable(),
  limit: z.int().min(1).max(500),
});

export const browseReads = {
  /** Records newest first; one more than `limit` tells that there are more. Each way is answered from an index in order. */
  'records.browse': readOperation(Input, async ({ db }, input): Promise<RecordRow[]> => {
    return recordRows(db, await browseIds(db, input.filter, input.match, input.before, input.limit + 1));
  }),
  /** As `records.browse`, but bodies with what is known beside them, and no more than `limit`. */
  'records.bodies': readOperation(Input, async ({ db }, input): Promise<StoredBody[]> => {
    const ids = await browseIds(db, input.filter, input.match, input.before, input.limit);
    return storedBodies(db, ids);
  }),
  /** The newest 2,000 hits with their texts, for ranking; `text` is cut to the first 4,000 characters. */
  'records.hits': readOperation(
    Input.omit({ before: true, limit: true }).extend({ match: z.string().max(20_000) }),
    async ({ db }, { filter, match }): Promise<{ id: number; text: string }[]> => {
      const ids = await browseIds(db, filter, match, null, BEST_OF);
      return db
        .selectFrom('record_text')
        .select(['id', sql<string>`substr(text, 1, 4000)`.as('text')])
        .where('id', 'in', sql<number>`(select value from json_each(${JSON.stringify(ids)}))`)
        .execute();
    },
  ),
  'records.rows': readOperation(
    z.strictObject({ ids: z.array(z.int()).max(1000) }),
    async ({ db }, { ids }): Promise<RecordRow[]> => recordRows(db, ids),
  ),
};

async function browseIds(
  db: ReadonlyKysely<Database>,
  filter: Filter,
  match: string | null,
  before: number | null,
  limit: number,
): Promise<number[]> {
  const oldest = filter.from === undefined ? null : firstIdAt(filter.from);
  const newest = filter.to === undefined ? null : firstIdAt(filter.to + 1) - 1;
  const below = Math.min(before === null ? Infinity : before - 1, newest ?? Infinity);
  const range = {
    oldest: oldest ?? Number.MIN_SAFE_INTEGER,
    newest: Number.isFinite(below) ? below : Number.MAX_SAFE_INTEGER,
  };
  const source = filter.source === undefined ? null : await sourceId(db, filter.source);
  if (filter.source !== undefined && source === null) return [];
  const run = filter.run === undefined ? null : await runNumber(db, filter.run);
  if (filter.run !== undefined && run === null) return [];

  const words: string[] = [];
  if (filter.datatype !== undefined) words.push(datatypeFacet(filter.datatype));
  if (source !== null) words.push(sourceFacet(source));
  if (filter.author !== undefined) words.push(authorFacet(filter.author));
  if (match !== null || words.length > 1 || filter.author !== undefined) {
    const facets = words.length === 0 ? [] : [facetQuery(words, 'AND')];
    const query = [...facets, ...(match === null ? [] : [`(${match})`])].join(' AND ');
    return searchIds(db, query, run, range, limit);
  }
  return listIds(db, { datatype: filter.datatype, source, run }, range, limit);
}

interface Range {
  readonly oldest: number;
  readonly newest: number;
}

async function searchIds(
  db: ReadonlyKysely<Database>,
  query: string,
  run: number | null,
  range: Range,
  limit: number,
): Promise<number[]> {
  let found = db
    .selectFrom('record_search')
    .select('rowid')
    .where('record_search', sql`match`, query)
    .where('rowid', '>=', range.oldest)
    .where('rowid', '<=', range.newest);
  if (run !== null) {
    found = found.where((where) =>
      where.exists(
        where
          .selectFrom('record_run')
          .select('record')
          .where('run', '=', run)
          .whereRef('record', '=', 'record_search.rowid'),
      ),
    );
  }
  const rows = await found.orderBy('rowid', 'desc').limit(limit).execute();
  return rows.map(({ rowid }) => rowid);
}

interface Single {
  readonly datatype: AnyDatatype | undefined;
  readonly source: number | null;
  readonly run: number | null;
}

/** At most one of datatype and source is given: the index on it has the ids in order. */
async function listIds(db: ReadonlyKysely<Database>, by: Single, range: Range, limit: number): Promise<number[]> {
  if (by.run !== null) {
    let ofRun = db
      .selectFrom('record_run')
      .innerJoin('record', 'record.id', 'record_run.record')
      .select('record')
      .where('run', '=', by.run)
      .where('record', '>=', range.oldest)
      .where('record', '<=', range.newest);
    if (by.datatype !== undefined) ofRun = ofRun.where('datatype', '=', by.datatype);
    if (by.source !== null) ofRun = ofRun.where('source', '=', by.source);
    const rows = await ofRun.orderBy('record', 'desc').limit(limit).execute();
    return rows.map(({ record }) => record);
  }
  let list = db.selectFrom('record').select('id').where('id', '>=', range.oldest).where('id', '<=', range.newest);
  if (by.datatype !== undefined) list = list.where('datatype', '=', by.datatype);
  if (by.source !== null) list = list.where('source', '=', by.source);
  const rows = await list.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(({ id }) => id);
}

async function sourceId(db: ReadonlyKysely<Database>, uri: string): Promise<number | null> {
  const row = await db.selectFrom('source').select('id').where('uri', '=', uri).executeTakeFirst();
  return row?.id ?? null;
}
