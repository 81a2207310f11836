import { CompiledQuery, sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { DATATYPES, isDatatype, type AnyDatatype, type Field } from '../../../protocol/datatypes.ts';
import type { Database } from '../database.ts';
import { among } from '../records/sql-rows.ts';
import { AS_NOW } from './field-columns.ts';
import { fragment, type Fragment } from './fragment.ts';
import { joinsFor, openToAll } from './scope.ts';

/** Above all changes. */
const ALL = 2 ** 52;

/**
 * Counts of a day are of records as they were when the day's first question came (`aggregate_day`). So what is about to
 * change or go is kept as it was, as far as a count may ask: time, identifiers as their keys, other fields that may be
 * filtered by. Only what such a day needs is kept, and only until it is over.
 *
 * @param until number of the change that is about to be made
 */
export async function keepPast(db: Kysely<Database>, ids: readonly number[], until: number): Promise<void> {
  if (ids.length === 0) return;
  const day = await db
    .selectFrom('aggregate_day')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  const seq = z.int().nullable().optional().parse(day?.seq);
  if (seq === undefined || seq === null) return;
  const found = await db
    .selectFrom('record')
    .select(['id', 'datatype'])
    .where('id', 'in', among(ids))
    .where('seq', '<=', seq)
    .execute();
  for (const [datatype, records] of Map.groupBy(found, (row) => row.datatype)) {
    const names = isDatatype(datatype) ? indexedOf(DATATYPES[datatype]) : await ownIndexed(db, datatype);
    const list = JSON.stringify(records.map(({ id }) => id));
    const text = copy(datatype, names, list, until);
    await db.executeQuery(CompiledQuery.raw(text.sql, [...text.parameters]));
  }
}

/** Forgets what no day needs any more. */
export async function forgetPast(db: Kysely<Database>): Promise<void> {
  await db
    .deleteFrom('record_past')
    .where('until', '<=', sql<number>`(select coalesce(min(seq), ${ALL}) from aggregate_day)`)
    .execute();
}

/** By the same expressions as `record` itself is read by. */
function copy(datatype: AnyDatatype, names: readonly string[], ids: string, until: number): Fragment {
  const fields = fieldsJson(datatype, names);
  const open = openToAll(datatype);
  return fragment`insert into record_past (datatype, own_time, mine, open, fields, seq, until)
    select r.datatype, r.own_time, r.mine, (${open}) is true, ${fields}, r.seq, ${until}
    from record r${joinsFor(fragment`${open} ${fields}`)}
    where r.id in (select value from json_each(${ids}))`;
}

/** Comparable values by name; of what only the body tells, the value itself. */
function fieldsJson(datatype: AnyDatatype, names: readonly string[]): Fragment {
  const members = names.map((name) => {
    const { kind, value } = AS_NOW.column(datatype, name);
    return kind === 'body'
      ? fragment`${name}, json(locker_json(${name}, ${AS_NOW.record}))`
      : fragment`${name}, ${value}`;
  });
  return {
    sql: `json_object(${members.map((member) => member.sql).join(', ')})`,
    parameters: members.flatMap(({ parameters }) => parameters),
  };
}

function indexedOf(fields: Readonly<Record<string, Field>>): string[] {
  return Object.keys(fields).filter((name) => name !== 'published' && fields[name]?.indexed === true);
}

const Indexed = z.array(z.string());

/** What a service's own datatype may be filtered by, in any version of an offer that brought it. */
async function ownIndexed(db: Kysely<Database>, datatype: AnyDatatype): Promise<string[]> {
  const { rows } = await db.executeQuery<{ indexed: string }>(
    CompiledQuery.raw(
      `select distinct own.value ->> 'indexed' as indexed from offer, json_each(offer.document, '$.datatypes') own
      where own.value ->> 'name' = ?`,
      [datatype],
    ),
  );
  const names = rows.flatMap(({ indexed }) => Indexed.parse(JSON.parse(indexed)));
  return [...new Set(['id', 'source', ...names])].filter((name) => name !== 'published');
}
