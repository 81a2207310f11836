import type { AnyDatatype, Datatype } from '../../protocol/datatypes.ts';
import { isDatatype } from '../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { accountOf, accountUri } from './account.ts';
import { readAttachments } from './attachments.ts';
import { readHtml } from './html-text.ts';
import { countOf, firstOf, listOf, textOf, timeOf, typeOf, uriOf, urlOf } from './json-access.ts';
import { htmlOf, isAbstracted, languageOf, postFacts, quoteOf, readTags, warningOf } from './post-facts.ts';
import { visibilityOf } from './visibility.ts';

const NAME_MAX = 1000;
const VALUE_MAX = 300;

/** A record as its fields are read from it: its body with the owner's changes, and what the store knows beside that. */
export interface FieldSource {
  readonly datatype: AnyDatatype;
  readonly uri: string | null;
  readonly source: string;
  /** Its own time, UTC milliseconds; null where it tells none. */
  readonly published: number | null;
  readonly mine: boolean;
  readonly body: JsonObject;
}

/** Null, undefined and an empty list: the record has no such field. */
type Read = (record: FieldSource) => Json | undefined;

const common = {
  id: ({ uri }) => uri,
  source: ({ source }) => source,
  published: ({ published }) => timeText(published),
  updated: ({ body }) => timeText(timeOf(body['updated'])),
  url: ({ body }) => urlOf(shownOf(body)['url']),
} as const satisfies Record<string, Read>;

const byAuthor = {
  ...common,
  author: ({ body, source }) => accountOf(firstOf(body['attributedTo']) ?? firstOf(body['actor']), source)?.uri,
} as const satisfies Record<string, Read>;

/** What an act is about; an account by the one spelling of its URI. */
const aboutRecord = { ...byAuthor, object: ({ body }) => uriOf(body['object']) } as const satisfies Record<
  string,
  Read
>;
const aboutAccount = {
  ...byAuthor,
  object: ({ body }) => accountText(body['object']),
} as const satisfies Record<string, Read>;

const account = {
  ...common,
  id: ({ uri }) => (uri === null ? null : accountUri(uri)),
  name: (record) => itself(record)?.name,
  handle: (record) => itself(record)?.handle,
  bio: ({ body }) => plain(textOf(body['content'], 100_000) ?? textOf(body['summary'], 20_000)),
  avatar: (record) => itself(record)?.avatar,
  followers: (record) => itself(record)?.followers,
  following: (record) => itself(record)?.following,
  posts: (record) => itself(record)?.posts,
} as const satisfies Record<string, Read>;

const READS: { readonly [D in Datatype]: Readonly<Record<string, Read>> } = {
  'social.profile': account,
  'social.person': account,
  'social.post': {
    ...byAuthor,
    title: ({ body }) => textOf(shownOf(body)['name'], NAME_MAX),
    content: ({ body }) => htmlOf(shownOf(body)),
    warning: ({ body }) => warning(shownOf(body)),
    language: ({ body }) => languageOf(shownOf(body)),
    inReplyTo: ({ body }) => uriOf(shownOf(body)['inReplyTo']),
    thread: ({ body }) => thread(shownOf(body)),
    boostOf: ({ body }) => (typeOf(body) === 'Announce' ? uriOf(body['object']) : null),
    quoteOf: ({ body }) => uriOf(quoteOf(shownOf(body))),
    tags: ({ body }) => readTags(shownOf(body)['tag']).tags,
    mentions: ({ body }) => readTags(shownOf(body)['tag']).mentions,
    links: ({ body }) => postFacts(shownOf(body)).links,
    media: ({ body }) => media(shownOf(body)),
    replies: ({ body }) => countOf(shownOf(body)['replies']),
    boosts: ({ body }) => countOf(shownOf(body)['shares']),
    likes: ({ body }) => countOf(shownOf(body)['likes']),
    sensitive: ({ body }) => shownOf(body)['sensitive'] === true || warning(shownOf(body)) !== null,
    visibility: ({ body }) => visibilityOf(body),
    mine: ({ mine }) => mine,
  },
  'social.reaction': { ...aboutRecord, kind: ({ body }) => typeOf(body) || null },
  'social.follow': aboutAccount,
  'social.mute': aboutAccount,
  'social.block': aboutAccount,
  'social.list': {
    ...common,
    name: ({ body }) => textOf(body['name'], NAME_MAX),
    members: ({ body }) => accounts(body['items'] ?? body['orderedItems']),
  },
  'social.bookmark': aboutRecord,
  'social.message': {
    ...byAuthor,
    content: ({ body }) => htmlOf(shownOf(body)),
    thread: ({ body }) => thread(shownOf(body)),
    recipients: ({ body }) => [...new Set([...accounts(body['to']), ...accounts(body['cc'])])],
  },
  'media.item': {
    ...byAuthor,
    name: ({ body }) => textOf(body['name'], NAME_MAX),
    mediaType: ({ body }) => textOf(body['mediaType'], 100),
    media: ({ body }) => media(body),
  },
  'activity.view': { ...common, object: ({ body }) => uriOf(body['object']) },
  'activity.search': { ...common, content: ({ body }) => textOf(body['content'], 100_000) },
  label: { ...aboutRecord, value: ({ body }) => textOf(body['value'], VALUE_MAX) },
};

/** One field of a record; undefined where it has none of that name. */
export function fieldOf(name: string, record: FieldSource): Json | undefined {
  const value = isDatatype(record.datatype) ? readOf(record.datatype, name)?.(record) : ownField(name, record);
  return value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function readOf(datatype: Datatype, name: string): Read | undefined {
  const reads = READS[datatype];
  return Object.hasOwn(reads, name) ? reads[name] : undefined;
}

/**
 * Flat fields of a record under the names of `DATATYPES`; of a service's own, the top-level properties of its body, its
 * address, source and time. What a record doesn't tell is absent. Times are RFC 3339 texts in UTC, `content` is HTML as
 * published, other texts are plain; a boost has the fields of the boost, none of what it boosts.
 *
 * @param names the fields to read; all there are if absent
 */
export function fieldsOf(record: FieldSource, names: readonly string[] = fieldNames(record)): JsonObject {
  // A loop, as a page of a service has hundreds of these; no name of a field is one of an object's own.
  const fields: JsonObject = {};
  for (const name of names) {
    const value = fieldOf(name, record);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

function fieldNames({ datatype, body }: FieldSource): string[] {
  if (isDatatype(datatype)) return Object.keys(READS[datatype]);
  return [...new Set(['id', 'source', 'published', ...Object.keys(body).filter((name) => /^[A-Za-z]/.test(name))])];
}

/** A service's own record: its properties, and what the store knows of any record where it has no property of that name. */
function ownField(name: string, record: FieldSource): Json | undefined {
  if (name === 'published') return timeText(record.published);
  if (/^[A-Za-z]/.test(name) && Object.hasOwn(record.body, name)) return record.body[name];
  if (name === 'id') return record.uri;
  return name === 'source' ? record.source : undefined;
}

/** A boost tells nothing by itself of the post that it repeats. */
export function shownOf(body: JsonObject): JsonObject {
  return typeOf(body) === 'Announce' ? {} : body;
}

function itself({ body, uri, source }: FieldSource): ReturnType<typeof accountOf> {
  return accountOf(uri === null ? body : { ...body, id: uri }, source);
}

function accountText(value: Json | undefined): string | null {
  const uri = uriOf(value);
  return uri === null ? null : accountUri(uri);
}

function accounts(value: Json | undefined): string[] {
  return [...new Set(listOf(value).flatMap((item) => accountText(item) ?? []))];
}

function warning(shown: JsonObject): string | null {
  return isAbstracted(shown) ? null : warningOf(shown);
}

/** What the post itself says it belongs to. The oldest known ancestor would depend on other records. */
function thread(shown: JsonObject): string | null {
  return uriOf(shown['context']) ?? uriOf(shown['conversation']);
}

function media(object: JsonObject): Json[] {
  return readAttachments(object, typeOf(object)).media.map(({ kind, url, mediaType, alt }) => ({
    kind,
    url,
    ...(mediaType === null ? {} : { mediaType }),
    ...(alt === null ? {} : { alt }),
  }));
}

function plain(html: string | null): string | null {
  return html === null ? null : readHtml(html).text || null;
}

const LATEST_MS = 8.64e15;

function timeText(ms: number | null): string | null {
  return ms === null || Math.abs(ms) > LATEST_MS ? null : new Date(ms).toISOString();
}
