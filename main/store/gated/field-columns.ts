import { DATATYPES, isDatatype, type AnyDatatype, type Field } from '../../../protocol/datatypes.ts';
import { fragment, type Fragment } from './fragment.ts';

/** What a field is compared and ordered by. `p` is the post's columns, `c` the body; `r` is always there. */
export interface FieldColumn {
  /**
   * key: `uriKey` of an identifier; time: UTC milliseconds, NO_TIME for none; flag: 0 or 1; visibility: index into the
   * options; text: as it is; body: nothing but the body tells it.
   */
  readonly kind: 'key' | 'time' | 'flag' | 'visibility' | 'text' | 'body';
  /** Null where the record has no such field. */
  readonly value: Fragment;
  readonly needs: 'p' | 'c' | null;
}

/** A boost has no field of what it repeats, though the store keeps those beside it. */
const OWN = (column: string): Fragment => ({ sql: `iif(r.kind = 'Announce', null, ${column})`, parameters: [] });
const KEY = (column: string): Fragment => ({
  sql: `nullif(iif(r.kind = 'Announce', 0, ${column}), 0)`,
  parameters: [],
});

/** What the functions of `functions.ts` read a record's fields from. */
export const RECORD = fragment`r.datatype, r.uri, (select uri from source where source.id = r.source), r.own_time, r.mine, c.body, c.overlay`;

const COMMON: Readonly<Record<string, FieldColumn>> = {
  id: { kind: 'key', value: fragment`iif(r.uri is null, null, r.ref)`, needs: null },
  source: {
    kind: 'key',
    value: fragment`(select locker_key(uri) from source where source.id = r.source)`,
    needs: null,
  },
  published: { kind: 'time', value: fragment`r.own_time`, needs: null },
};
const AUTHOR: FieldColumn = { kind: 'key', value: fragment`r.author`, needs: null };
const OBJECT: FieldColumn = { kind: 'key', value: fragment`r.object`, needs: null };

const POST: Readonly<Record<string, FieldColumn>> = {
  author: AUTHOR,
  language: { kind: 'text', value: OWN('p.language'), needs: 'p' },
  inReplyTo: { kind: 'key', value: KEY('p.reply_to'), needs: 'p' },
  boostOf: { kind: 'key', value: fragment`nullif(p.boost_of, 0)`, needs: 'p' },
  quoteOf: { kind: 'key', value: KEY('p.quote_of'), needs: 'p' },
  sensitive: { kind: 'flag', value: fragment`iif(r.kind = 'Announce', 0, p.sensitive)`, needs: 'p' },
  visibility: { kind: 'visibility', value: fragment`p.visibility`, needs: 'p' },
  mine: { kind: 'flag', value: fragment`r.mine`, needs: null },
};
const OTHER: Readonly<Record<string, FieldColumn>> = {
  author: AUTHOR,
  object: OBJECT,
  kind: { kind: 'text', value: fragment`nullif(r.kind, '')`, needs: null },
};

/** What a statement goes through as `r`: what its fields are compared by, and what functions read them from. */
export interface Rows {
  readonly column: (datatype: AnyDatatype, name: string) => FieldColumn;
  readonly record: Fragment;
  /** Of `record_past`, which knows of no body. */
  readonly isPast: boolean;
}

/** Records as they are. */
export const AS_NOW: Rows = { column: fieldColumn, record: RECORD, isPast: false };

/** Fields as they are kept in `record_past`: a service's own datatype is read by plain names, so it stands for any. */
const PAST_RECORD = fragment`'x-locker.past', null, '', r.own_time, r.mine, r.fields, null`;

/** Records as they were. */
export const AS_THEN: Rows = {
  column: (datatype, name) => {
    const { kind } = fieldColumn(datatype, name);
    if (name === 'published') return { kind, value: fragment`r.own_time`, needs: null };
    const value = kind === 'body' ? fragment`locker_value(${name}, ${PAST_RECORD})` : fragment`r.fields ->> ${name}`;
    return { kind, value, needs: null };
  },
  record: PAST_RECORD,
  isPast: true,
};

/** How a field of a datatype is found by. An unknown field has no value. */
export function fieldColumn(datatype: AnyDatatype, name: string): FieldColumn {
  if (name === 'published') return COMMON['published'] ?? missing;
  if (!isDatatype(datatype)) return inBody(name, false);
  const fields: Readonly<Record<string, Field>> = DATATYPES[datatype];
  if (!Object.hasOwn(fields, name)) return missing;
  const columns = datatype === 'social.post' ? POST : OTHER;
  if (Object.hasOwn(columns, name)) return columns[name] ?? missing;
  if (Object.hasOwn(COMMON, name)) return COMMON[name] ?? missing;
  return inBody(name, fields[name]?.class === 'identifier');
}

const missing: FieldColumn = { kind: 'body', value: fragment`null`, needs: null };

function inBody(name: string, isIdentifier: boolean): FieldColumn {
  const value = fragment`locker_value(${name}, ${RECORD})`;
  return {
    kind: isIdentifier ? 'key' : 'body',
    value: isIdentifier ? fragment`locker_key(${value})` : value,
    needs: 'c',
  };
}
