import { DATATYPES, isDatatype } from '../../protocol/datatypes.ts';
import type { Json } from '../../protocol/json.ts';
import type { ExportedRecord } from '../../protocol/owner/data.ts';

/** collection: one ActivityStreams JSON document; lines: a JSON document per record, with its source; table: CSV. */
export type ExportFormat = 'collection' | 'lines' | 'table';

export const EXPORT_TYPES: Readonly<Record<ExportFormat, { readonly type: string; readonly ending: string }>> = {
  collection: { type: 'application/activity+json', ending: 'json' },
  lines: { type: 'application/x-ndjson', ending: 'ndjson' },
  table: { type: 'text/csv;charset=utf-8', ending: 'csv' },
};

/** Text is handed to the browser in pieces of this length, which it need not keep in memory. */
const PIECE = 1 << 20;

/**
 * The file of an export, made while the records come.
 *
 * @param each called with the number of records so far
 */
export async function exportFile(
  records: AsyncIterable<ExportedRecord>,
  format: ExportFormat,
  each: (count: number) => void,
): Promise<Blob> {
  const pieces: Blob[] = [];
  let text = '';
  let count = 0;
  for await (const part of WRITERS[format](records, () => each(++count))) {
    text += part;
    if (text.length < PIECE) continue;
    pieces.push(new Blob([text]));
    text = '';
  }
  return new Blob([...pieces, text], { type: EXPORT_TYPES[format].type });
}

type Writer = (records: AsyncIterable<ExportedRecord>, next: () => void) => AsyncIterable<string>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = { collection, lines, table };

async function* collection(records: AsyncIterable<ExportedRecord>, next: () => void): AsyncGenerator<string> {
  yield '{"@context":"https://www.w3.org/ns/activitystreams","type":"Collection","items":[';
  let between = '\n';
  for await (const { record } of records) {
    next();
    yield between + JSON.stringify(record);
    between = ',\n';
  }
  yield '\n]}\n';
}

async function* lines(records: AsyncIterable<ExportedRecord>, next: () => void): AsyncGenerator<string> {
  for await (const record of records) {
    next();
    yield `${JSON.stringify(record)}\n`;
  }
}

/** A row per record; what has no column of its own is in the last one, as JSON. */
async function* table(records: AsyncIterable<ExportedRecord>, next: () => void): AsyncGenerator<string> {
  let columns: readonly string[] | undefined;
  for await (const { datatype, record } of records) {
    next();
    if (columns === undefined) {
      columns = columnsFor(datatype, Object.keys(record));
      // Spreadsheets take a file for UTF-8 by this mark.
      yield `\ufeff${rowOf(['datatype', ...columns, 'other'])}`;
    }
    const known = columns;
    const rest = Object.entries(record).filter(([name]) => !known.includes(name));
    const other = rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest));
    yield rowOf([
      datatype,
      ...known.map((name) => cell(Object.hasOwn(record, name) ? record[name] : undefined)),
      other,
    ]);
  }
}

/** All names of the locker's own datatypes, or those that the first of a service's own records has. */
function columnsFor(datatype: string, names: readonly string[]): string[] {
  const common = ['id', 'source', 'published'];
  const own = isDatatype(datatype) ? Object.values(DATATYPES).flatMap((fields) => Object.keys(fields)) : names;
  return [...new Set([...common, ...own])];
}

function cell(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('; ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** https://www.rfc-editor.org/rfc/rfc4180; what a spreadsheet would take for a formula begins with an apostrophe. */
function rowOf(cells: readonly string[]): string {
  const quoted = cells.map((text) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${quoted.join(',')}\r\n`;
}
