import type { ImportKind } from '../../protocol/owner/sources.ts';
import type { FeedFormat } from './feed/read-feed.ts';
import { exportedActor } from './activitystreams/read-activitystreams.ts';
import { JsonStream } from './json/json-stream.ts';
import { isObject, listOf, recordedBody, textOf } from './json/read-json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { decodeText } from './text-encoding.ts';
import { listKind, type ListKind } from './mastodon/list-kind.ts';

/** What a file is, told from how it begins. */
export type FileKind =
  | { kind: 'feed'; format: FeedFormat }
  | { kind: 'opml' }
  | { kind: 'atproto-car' }
  | { kind: 'activitystreams'; owner: string | null; isExport: boolean }
  | { kind: 'mastodon-list'; list: ListKind }
  | { kind: 'zip' }
  | { kind: 'unknown'; why: string };

export const UNKNOWN = {
  empty: 'an empty file',
  unreadable: 'a file that can’t be opened',
  text: 'a text file of a kind the locker does not read',
  binary: 'a file of a kind the locker does not read',
  json: 'JSON of a kind the locker does not read',
  xml: 'XML of a kind the locker does not read',
  html: 'a web page',
  media: 'a picture, sound or video (not kept yet)',
  packed: 'an archive of a kind the locker does not read (unpack it first)',
  bluesky: 'an answer of a Bluesky server (import the repository’s CAR file instead)',
  microformats: 'microformats as JSON',
  x: 'a file of an X/Twitter archive',
} as const;

/** Tells a file's kind from its first bytes; its name only breaks ties between lists without a heading. */
export function recognise(head: Uint8Array, file: string): FileKind {
  if (head.length === 0) return unknown(UNKNOWN.empty);
  const magic = Buffer.from(head.subarray(0, 16)).toString('latin1');
  if (/^PK(?:\x03\x04|\x05\x06)/.test(magic)) return { kind: 'zip' };
  if (/^(?:\x1f\x8b|BZh|7z\xbc\xaf|Rar!|\xfd7zXZ)/.test(magic)) return unknown(UNKNOWN.packed);
  if (isCar(head)) return { kind: 'atproto-car' };
  if (isMedia(magic)) return unknown(UNKNOWN.media);

  const { text } = decodeText(head);
  const start = text.replace(/^[\s\uFEFF]+/, '');
  if (start.startsWith('<')) return recogniseXml(start);
  if (start.startsWith('{') || start.startsWith('[')) {
    const json = recogniseJson(head);
    if (json !== null) return json;
  }
  if (/^(?:window\.[\w.]+|Grailbird\.data\.\w+|var (?:tweet_index|payload_details|user_details))\s*=/.test(start))
    return unknown(UNKNOWN.x);
  if (start === '') return unknown(UNKNOWN.empty);
  const list = listKind(start, file);
  if (list !== null) return { kind: 'mastodon-list', list };
  return unknown(start.includes('\0') ? UNKNOWN.binary : UNKNOWN.text);
}

/** What the owner is told the import as a whole was. */
export function importKind(file: FileKind): ImportKind {
  switch (file.kind) {
    case 'feed':
    case 'opml':
    case 'atproto-car':
      return file.kind;
    case 'activitystreams':
      return file.isExport ? 'mastodon' : 'activitystreams';
    case 'mastodon-list':
      return 'mastodon';
    case 'zip':
    case 'unknown':
      return 'unknown';
  }
}

function unknown(why: string): FileKind {
  return { kind: 'unknown', why };
}

/** CAR v1 begins with a varint and a CBOR map of `roots` and `version`, in either order. */
function isCar(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 80)).toString('latin1');
  return /^[\x10-\xff]{1,2}\xa2(?:e(?:roots)|g(?:version))/.test(start);
}

function isMedia(magic: string): boolean {
  return /^(?:\xff\xd8\xff|\x89PNG|GIF8|RIFF....(?:WEBP|AVI |WAVE)|....ftyp|\x1aE\xdf\xa3|OggS|ID3|fLaC|%PDF)/s.test(
    magic,
  );
}

function recogniseXml(start: string): FileKind {
  const root = rootName(start);
  switch (root.replace(/^.*:/, '')) {
    case 'rss':
      return { kind: 'feed', format: 'rss' };
    case 'feed':
      return { kind: 'feed', format: 'atom' };
    case 'rdf':
      return { kind: 'feed', format: 'rdf' };
    case 'opml':
      return { kind: 'opml' };
    case 'html':
    case 'head':
    case 'body':
      return unknown(UNKNOWN.html);
    default:
      return unknown(/^<!doctype\s+html/i.test(start) ? UNKNOWN.html : UNKNOWN.xml);
  }
}

/** Name of the first element, past declarations, comments and document types. */
function rootName(text: string): string {
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open === -1) return '';
    if (text.startsWith('<!--', open)) at = after(text, '-->', open);
    else if (text.startsWith('<?', open)) at = after(text, '?>', open);
    else if (text.startsWith('<!', open)) at = afterDoctype(text, open);
    else return /^<([\w:.-]{1,60})/.exec(text.slice(open, open + 64))?.[1]?.toLowerCase() ?? '';
  }
  return '';
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  return found === -1 ? text.length : found + end.length;
}

/** A document type may hold declarations in brackets. */
function afterDoctype(text: string, from: number): number {
  const close = text.indexOf('>', from);
  const bracket = text.indexOf('[', from);
  return bracket !== -1 && bracket < close ? after(text, ']>', bracket) : after(text, '>', from);
}

function recogniseJson(head: Uint8Array): FileKind | null {
  const seen: JsonObject = {};
  let item: Json | undefined;
  let isArray = false;
  const stream = new JsonStream({
    streams: () => true,
    element(value, _index, key, members) {
      Object.assign(seen, members);
      if (key === '') {
        isArray = true;
        item ??= value;
      } else {
        if (key === 'items' || key === 'orderedItems') item ??= value;
        const list = listOf(seen[key]);
        if (list.length < 20) seen[key] = [...list, value];
      }
    },
    document(members) {
      Object.assign(seen, members);
    },
    bad: () => undefined,
  });
  stream.push(head);
  const partial = stream.members();
  for (const key in partial) seen[key] ??= partial[key] ?? null;
  return isArray ? recogniseItem(item) : recogniseObject(seen, item);
}

function recogniseObject(head: JsonObject, item: Json | undefined): FileKind {
  const version = textOf(head['version']);
  if (version?.includes('jsonfeed.org') === true) return { kind: 'feed', format: 'json' };
  const isFeedLike = head['home_page_url'] !== undefined || head['feed_url'] !== undefined;
  if (isFeedLike && head['items'] !== undefined) return { kind: 'feed', format: 'json' };
  if (isObject(head['rss'])) return unknown(UNKNOWN.json);
  const answered = recordedBody(head);
  if (answered !== null) return recognise(Buffer.from(answered), '');
  const own = recogniseItem(head);
  if (own.kind !== 'unknown') return own;
  const lists = head['orderedItems'] !== undefined || head['items'] !== undefined;
  if (lists && item !== undefined && isObject(item)) {
    const inner = recogniseItem(item);
    if (inner.kind !== 'unknown') return inner;
  }
  return own;
}

function recogniseItem(value: Json | undefined): FileKind {
  if (!isObject(value)) return unknown(UNKNOWN.json);
  if (typeof value['$type'] === 'string') return unknown(UNKNOWN.bluesky);
  const isMicroformat =
    isObject(value['properties']) && listOf(value['type']).some((type) => textOf(type)?.startsWith('h-') === true);
  if (isMicroformat) return unknown(UNKNOWN.microformats);
  const contexts = JSON.stringify(value['@context'] ?? '');
  const isAs2 = contexts.includes('www.w3.org/ns/activitystreams');
  const isTyped = /^(?:[A-Z][A-Za-z]+|as:[A-Za-z]+|https?:\/\/www\.w3\.org\/ns\/activitystreams#\w+)$/;
  const types = [...listOf(value['type']), ...listOf(value['@type'])].map(textOf).filter((type) => type !== null);
  const looksAs2 = types.some((type) => isTyped.test(type)) && AS2_SIGNS.some((sign) => value[sign] !== undefined);
  const isAs1 =
    typeof value['objectType'] === 'string' || (typeof value['verb'] === 'string' && value['object'] !== undefined);
  if (!isAs2 && !looksAs2 && !isAs1) return unknown(UNKNOWN.json);
  const owner = exportedActor(value);
  const id = textOf(value['id']);
  // The files of a Mastodon account export have their own names for ids.
  const isExport = owner !== null || (id !== null && /^[\w-]+\.json$/.test(id));
  return { kind: 'activitystreams', owner, isExport };
}

const AS2_SIGNS = [
  'id',
  'actor',
  'object',
  'attributedTo',
  'content',
  'orderedItems',
  'items',
  'preferredUsername',
  'inbox',
  'published',
];
