import { pipeline, Readable } from 'node:stream';
import { parse, type CsvError } from 'csv-parse';
import type { Datatype } from '../../../protocol/datatypes.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { OWNER_ACTOR } from '../../../protocol/record.ts';
import { putRecord, relationUri } from '../body.ts';
import { MAX_LINE_BYTES } from '../limits.ts';
import { ImportStopped, type FileContext, type Sink } from '../sink.ts';
import type { ListKind } from './list-kind.ts';
import { shortLines } from './short-lines.ts';

const RELATIONS = {
  follows: { datatype: 'social.follow', type: 'Follow' },
  mutes: { datatype: 'social.mute', type: 'Ignore' },
  blocks: { datatype: 'social.block', type: 'Block' },
  'domain-blocks': { datatype: 'social.block', type: 'Block' },
  bookmarks: { datatype: 'social.bookmark', type: 'Add' },
} as const satisfies Record<Exclude<ListKind, 'lists'>, { datatype: Datatype; type: string }>;

const LOST = 'the list can’t be read from here on';
const TOO_LONG = `a line longer than ${MAX_LINE_BYTES / 1024} KiB`;
const HEADINGS = /^(?:account address|#domain|#uri)$/i;

/** Reads one of Mastodon's CSV lists: https://docs.joinmastodon.org/user/moving/#export */
export async function readList(
  pieces: AsyncIterable<Uint8Array>,
  list: ListKind,
  sink: Sink,
  context: FileContext,
): Promise<void> {
  const members = new Map<string, string[]>();
  const rows = parse({
    bom: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    max_record_size: MAX_LINE_BYTES,
  });
  const tooLong = (line: number): void => sink.skip(TOO_LONG, `${context.file}:${line}`);
  pipeline(Readable.from(shortLines(pieces, MAX_LINE_BYTES, tooLong)), rows, () => undefined);
  let isLost = false;
  rows.on('skip', ({ code, records }: CsvError) => {
    // A quote is open since so many bytes: the parser finds no way on, and says so again for every piece.
    const losesRest = code === 'CSV_MAX_RECORD_SIZE';
    if (!isLost) sink.skip(losesRest ? LOST : 'not a row of the list', `${context.file}:${Number(records) + 1}`);
    isLost ||= losesRest;
  });
  let line = 0;
  try {
    for await (const row of rows) {
      line++;
      const where = `${context.file}:${line}`;
      if (!isRow(row)) continue;
      if (line === 1 && HEADINGS.test(row[0] ?? '')) {
        for (const column of row.slice(1)) if (!KNOWN_COLUMNS.has(column.toLowerCase())) sink.unknown(column);
      } else if (list === 'lists') collectMember(members, row, sink, where);
      else putRelation(row, list, sink, context, where);
      if (line % 200 === 0) await sink.drain();
    }
  } catch (error) {
    if (error instanceof ImportStopped) throw error;
    sink.skip(LOST, `${context.file}:${line + 1}`);
  }
  for (const [name, items] of members) putNamedList(name, items, sink, context);
  await sink.drain();
}

const KNOWN_COLUMNS = new Set(['show boosts', 'notify on new posts', 'languages', 'hide notifications', '#severity']);

function isRow(row: unknown): row is string[] {
  return Array.isArray(row) && row.every((cell) => typeof cell === 'string');
}

function putRelation(
  row: string[],
  list: Exclude<ListKind, 'lists'>,
  sink: Sink,
  context: FileContext,
  where: string,
): void {
  const first = row[0] ?? '';
  const object = list === 'bookmarks' ? address(first) : list === 'domain-blocks' ? host(first) : account(first);
  if (object === null) return sink.skip(`not ${WANTED[list]}`, where);
  const { datatype, type } = RELATIONS[list];
  const actor = context.owner ?? OWNER_ACTOR;
  const uri = typeof object === 'string' ? object : object.id;
  const body: JsonObject = { type, actor, object };
  if (list === 'follows') {
    if (row[1] === 'false') body['showBoosts'] = false;
    if (row[2] === 'true') body['notify'] = true;
    const languages = (row[3] ?? '')
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
    if (languages.length > 0) body['languages'] = languages;
  }
  if (list === 'mutes' && row[1] === 'true') body['hideNotifications'] = true;
  putRecord(
    sink,
    { datatype, uri: relationUri(datatype, actor, uri), source: source(context), time: null, mine: true, body },
    where,
  );
}

const WANTED = {
  follows: 'an account',
  mutes: 'an account',
  blocks: 'an account',
  'domain-blocks': 'a domain',
  bookmarks: 'an address',
} as const;

function collectMember(members: Map<string, string[]>, row: string[], sink: Sink, where: string): void {
  const [name = '', handle = ''] = row;
  const member = account(handle);
  if (name === '' || member === null) return sink.skip('not a list and an account', where);
  const uri = member.id;
  const items = members.get(name);
  if (items === undefined) members.set(name, [uri]);
  else if (!items.includes(uri)) items.push(uri);
}

function putNamedList(name: string, items: string[], sink: Sink, context: FileContext): void {
  const actor = context.owner ?? OWNER_ACTOR;
  putRecord(
    sink,
    {
      datatype: 'social.list',
      uri: relationUri('social.list', actor, name),
      source: source(context),
      time: null,
      mine: true,
      body: { type: 'Collection', name, attributedTo: actor, items },
    },
    context.file,
  );
}

type Account = { type: 'Person'; id: string; preferredUsername: string; webfinger: string };

/** An account known by its handle only: `acct:` URIs are RFC 7565. */
function account(handle: string): Account | null {
  const match = /^@?([\w.+-]+)@([\w.-]+)$/.exec(handle.trim());
  if (match === null) return null;
  const [, user = '', where = ''] = match;
  const full = `${user}@${where.toLowerCase()}`;
  return { type: 'Person', id: `acct:${full}`, preferredUsername: user, webfinger: full };
}

function host(text: string): string | null {
  return /^(?:[\w-]+\.)+[a-z][\w-]*$/i.test(text) ? `https://${text.toLowerCase()}/` : null;
}

function address(text: string): string | null {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text) ? text : null;
}

/** Lists carry no account: they are the owner's, whichever account they were exported from. */
function source(context: FileContext): string {
  return context.source ?? context.owner ?? OWNER_ACTOR;
}
