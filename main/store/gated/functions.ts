import { z } from 'zod';
import { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import {
  effectiveBody,
  fieldOf,
  fieldsOf,
  keyOfKeyUri,
  keyUri,
  uriKey,
  visibilityOf,
  type FieldSource,
} from '../../derive/index.ts';
import { Visibility } from '../../../protocol/record.ts';
import { NO_TIME } from '../records/record-tables.ts';
import type { Sqlite } from '../sqlite.ts';
import { hasWords, type Phrase } from './words.ts';

const Row = z.tuple([
  AnyDatatype,
  z.string().nullable(),
  z.string(),
  z.int(),
  z.literal([0, 1]),
  z.string(),
  z.string().nullable(),
]);

/**
 * The functions by which a statement reads what no column has: all of them give the same for the same record, whatever else
 * is in the locker. Known to statements alone, of the readers for services and of the writer.
 */
export function registerFunctions(sqlite: Sqlite.Database): void {
  const bodyOf = lastOne((body: string, overlay: string | null) => effectiveBody(body, overlay));
  const namesOf = lastOne((names: string) => z.array(z.string()).parse(JSON.parse(names)));
  const phrasesOf = lastOne((phrases: string): Phrase[] => z.array(z.array(z.string())).parse(JSON.parse(phrases)));
  let datatype: AnyDatatype | undefined;

  function record(values: readonly unknown[]): FieldSource {
    // A statement is about one datatype: its name is looked at once.
    const [name, uri, source, ownTime, mine, body, overlay] = values;
    if (name !== datatype) datatype = Row.parse(values)[0];
    if (datatype === undefined || typeof body !== 'string' || typeof source !== 'string') throw new TypeError('record');
    return {
      datatype,
      uri: typeof uri === 'string' ? uri : null,
      source,
      published: typeof ownTime === 'number' && ownTime !== NO_TIME ? ownTime : null,
      mine: mine === 1,
      body: bodyOf(body, typeof overlay === 'string' ? overlay : null),
    };
  }

  function define(name: string, call: (...values: readonly unknown[]) => string | number | null): void {
    sqlite.function(name, { deterministic: true, directOnly: true, varargs: true }, call);
  }

  const one =
    (read: (value: Json | undefined) => string | number | null) =>
    (field: unknown, ...row: readonly unknown[]) =>
      read(fieldOf(text(field), record(row)));

  define('locker_fields', (names, ...row) => JSON.stringify(fieldsOf(record(row), namesOf(text(names)))));
  define('locker_value', one(scalar));
  define(
    'locker_json',
    one((value) => (value === undefined ? null : JSON.stringify(value))),
  );
  define(
    'locker_number',
    one((value) => (typeof value === 'number' ? value : null)),
  );
  define('locker_time', one(timeOf));
  define('locker_key', (uri) => (typeof uri === 'string' ? (keyOfKeyUri(uri) ?? uriKey(uri)) : null));
  define('locker_told', (kind, value) => told(text(kind), value));
  define('locker_addressed', (body, overlay) => {
    const visibility = visibilityOf(bodyOf(text(body), overlay === null ? null : text(overlay)));
    return visibility === 'public' || visibility === 'unlisted' ? 1 : 0;
  });
  define('locker_words', (phrases, names, ...row) =>
    hasWords(record(row), namesOf(text(names)), phrasesOf(text(phrases))) ? 1 : 0,
  );
}

/** What a field's comparable value stands for, as JSON; an identifier by its key alone. */
function told(kind: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (kind === 'key') return typeof value === 'number' ? JSON.stringify(keyUri(value)) : null;
  if (kind === 'flag') return JSON.stringify(value === 1);
  if (kind === 'visibility') return JSON.stringify(typeof value === 'number' ? Visibility.options[value] : null);
  return kind === 'body' ? text(value) : JSON.stringify(value);
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('text');
  return value;
}

/** What can be ordered by; a list or object stands where the missing do. */
function scalar(value: Json | undefined): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Milliseconds UTC of an RFC 3339 text. */
function timeOf(value: Json | undefined): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(value)) return null;
  const time = Date.parse(value);
  return Number.isFinite(time) ? time : null;
}

/** Several functions of a statement read the same row one after the other. */
function lastOne<A extends readonly (string | null)[], T extends JsonObject | readonly unknown[]>(
  make: (...from: A) => T,
): (...from: A) => T {
  let last: { readonly from: A; readonly made: T } | undefined;
  return (...from) => {
    if (last === undefined || !from.every((part, i) => part === last?.from[i])) last = { from, made: make(...from) };
    return last.made;
  };
}
