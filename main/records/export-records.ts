import type { ExportedRecord, ExportQuery } from '../../protocol/owner/data.ts';
import { isDatatype } from '../../protocol/datatypes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { effectiveBody, fieldsOf, matchQuery } from '../derive/index.ts';
import type { ReadOutput, Store } from '../store/index.ts';
import { filterOf } from './search/browse.ts';

/** Records read at once: bodies are at most a megabyte each, and nearly always far smaller. */
const PAGE = 100;

type Row = ReadOutput<'records.bodies'>[number];

/** All records that a list would show, page by page, so that memory stays flat. Throws bad_query. */
export async function* exportRecords(
  store: Pick<Store, 'read'>,
  query: ExportQuery,
): AsyncGenerator<ExportedRecord, void, undefined> {
  const typed = query.q ?? '';
  const match = matchQuery(typed);
  if (typed.trim() !== '' && match === null) return;
  const filter = filterOf(query);
  for (let before: number | null = null; ;) {
    const rows: Row[] = await store.read('records.bodies', { filter, match, before, limit: PAGE });
    for (const row of rows) yield exported(row, query.as);
    const last = rows.at(-1);
    if (last === undefined) return;
    before = last.id;
  }
}

function exported(row: Row, as: ExportQuery['as']): ExportedRecord {
  const { datatype, uri, source, ownTime, mine, edited } = row;
  const body = effectiveBody(row.body, row.overlay);
  const published = ownTime === null ? null : new Date(ownTime).toISOString();
  return {
    datatype,
    source,
    published,
    mine,
    edited,
    record:
      as === 'fields'
        ? fieldsOf({ datatype, uri, source, published: ownTime, mine, body })
        : isDatatype(datatype)
          ? named(body, uri, published)
          : body,
  };
}

/** What the store knows besides the body, where the body lacks it. */
function named(body: JsonObject, uri: string | null, published: string | null): JsonObject {
  return {
    ...(uri === null ? {} : { id: uri }),
    ...(published === null ? {} : { published }),
    ...body,
  };
}
