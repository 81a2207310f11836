import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { LabelEntry } from '../../store/index.ts';
import { advisedFor } from './advised.ts';
import { MOST_ENTRIES, Skipped, type SourceContent } from './content.ts';
import { accountSubject, hostSubject, type Subject } from './subject.ts';

const LISTED = 'listed';

/** app.bsky.graph.getList's answer. */
const BlueskyList = z.looseObject({
  list: z.looseObject({
    name: z.string().optional(),
    creator: z.looseObject({ did: z.string(), handle: z.string().optional() }).optional(),
  }),
  items: z.array(z.looseObject({ subject: z.looseObject({ did: z.string() }) })).max(MOST_ENTRIES),
  cursor: z.string().max(2048).optional(),
});

/** A list of a Bluesky account; null: it is something else. */
export function readBlueskyList(json: unknown): SourceContent | null {
  const parsed = BlueskyList.safeParse(json);
  if (!parsed.success) return null;
  const { list, items, cursor } = parsed.data;
  const entries = new Entries();
  for (const { subject } of items) entries.add(accountSubject(subject.did), LISTED);
  const creator = list.creator;
  return entries.content(list.name ?? null, creator?.handle ?? creator?.did ?? '', cursor ?? null);
}

/**
 * Lists of lines: Mastodon's domain blocks (an administrator's, with a severity, or an account's, host names alone), its lists
 * of accounts, and plain text, one account or host a line, `#` before a comment. Null: nothing of that was found.
 */
export function readLines(text: string): SourceContent | null {
  const rows = rowsOf(text);
  const header = rows[0]?.map((cell) => cell.trim().toLowerCase().replace(/^#/, '')) ?? [];
  const entries = new Entries();
  const column = (name: string): number => header.indexOf(name);
  if (column('domain') >= 0) {
    for (const row of rows.slice(1)) addDomain(entries, row, column);
  } else {
    const isTable = header[0] === 'account address';
    for (const [first = ''] of isTable ? rows.slice(1) : rows) addLine(entries, first);
  }
  return entries.isEmpty ? null : entries.content(null, '', null);
}

function rowsOf(text: string): string[][] {
  try {
    const rows: unknown = parse(text, { relaxColumnCount: true, skipEmptyLines: true, bom: true, relaxQuotes: true });
    return z.array(z.array(z.string())).max(MOST_ENTRIES).parse(rows);
  } catch {
    return [];
  }
}

function addDomain(entries: Entries, row: readonly string[], column: (name: string) => number): void {
  const cell = (name: string): string => row[column(name)]?.trim() ?? '';
  const host = cell('domain');
  if (host.includes('*')) return entries.skip('a server whose name is hidden');
  const severity = cell('severity').toLowerCase();
  const subject = hostSubject(host);
  if (severity === 'suspend' || severity === 'silence') entries.add(subject, severity);
  else if (severity !== 'noop' && severity !== '') entries.skip('a severity that is not known');
  else if (severity === '') entries.add(subject, 'suspend');
  if (severity !== 'suspend' && cell('reject_media').toLowerCase() === 'true') entries.add(subject, 'rejects-media');
}

function addLine(entries: Entries, line: string): void {
  const text = line.replace(/(?:^|\s)#.*$/, '').trim();
  if (text === '') return;
  entries.add(accountSubject(text) ?? hostSubject(text), LISTED);
}

class Entries {
  readonly #entries = new Map<string, LabelEntry>();
  readonly #skipped = new Skipped();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  skip(reason: string): void {
    this.#skipped.add(reason);
  }

  add(subject: Subject | null, value: string): void {
    if (subject === null) return this.skip('a line that names no account and no server');
    const statement = { cid: '', negated: false, made: 0, expires: null };
    this.#entries.set(`${value} ${subject.uri}`, { ...subject, value, advised: advisedFor(value), ...statement });
  }

  content(name: string | null, publisher: string, cursor: string | null): SourceContent {
    const entries = [...this.#entries.values()];
    return { kind: 'list', name, publisher, key: null, entries, skipped: this.#skipped.counts, cursor };
  }
}
