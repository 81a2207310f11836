import { LockerError } from '../../../protocol/errors.ts';
import type { RecordPage, RecordQuery } from '../../../protocol/owner/data.ts';
import { accountUri, uriKey, matchQuery, termsOf } from '../../derive/index.ts';
import type { ReadInput, Store } from '../../store/index.ts';
import { bestFirst } from './best-match.ts';
import { readCursor, writeCursor } from './cursor.ts';

type Filtered = Pick<RecordQuery, 'datatype' | 'source' | 'author' | 'run' | 'from' | 'to'>;
type Filter = ReadInput<'records.browse'>['filter'];

/** A page of records, newest first or best match first. Throws bad_cursor, bad_query. */
export async function browse(store: Pick<Store, 'read'>, query: RecordQuery): Promise<RecordPage> {
  const typed = query.q ?? '';
  const match = matchQuery(typed);
  // Typed, but without a word in it: nothing can have it.
  if (typed.trim() !== '' && match === null) return { items: [], next: null };
  const filter = filterOf(query);
  if (query.order === 'best' && match !== null) return best(store, query, filter, typed, match);
  const cursor = query.cursor === undefined ? null : readCursor(query.cursor);
  if (cursor !== null && !('before' in cursor)) throw new LockerError('bad_cursor');
  const limit = query.limit;
  const rows = await store.read('records.browse', { filter, match, before: cursor?.before ?? null, limit });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor({ before: Number(last.id) }) : null };
}

async function best(
  store: Pick<Store, 'read'>,
  query: RecordQuery,
  filter: Filter,
  typed: string,
  match: string,
): Promise<RecordPage> {
  const cursor = query.cursor === undefined ? { after: 0 } : readCursor(query.cursor);
  if (!('after' in cursor)) throw new LockerError('bad_cursor');
  const hits = await store.read('records.hits', { filter, match });
  const ids = bestFirst(hits, termsOf(typed));
  const end = cursor.after + query.limit;
  const items = await store.read('records.rows', { ids: ids.slice(cursor.after, end) });
  return { items, next: end < ids.length ? writeCursor({ after: end }) : null };
}

/** What a list is filtered by, as the store knows it. Throws bad_query. */
export function filterOf({ datatype, source, author, run, from, to }: Filtered): Filter {
  if (from !== undefined && to !== undefined && from > to) throw new LockerError('bad_query', { detail: 'from' });
  return {
    ...(datatype === undefined ? {} : { datatype }),
    ...(source === undefined ? {} : { source }),
    ...(author === undefined ? {} : { author: uriKey(accountUri(author)) }),
    ...(run === undefined ? {} : { run }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
