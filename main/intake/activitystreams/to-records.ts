import type { Json, JsonObject } from '../../../protocol/json.ts';
import { OWNER_ACTOR } from '../../../protocol/record.ts';
import { putRecord, relationUri } from '../body.ts';
import { firstOf, isObject, listOf, textOf } from '../json/read-json.ts';
import type { FileContext, Sink } from '../sink.ts';
import { fileSource } from '../sink.ts';
import { fromAs1, isAs1 } from './from-as1.ts';
import { mainType, normalise, uriOf, urlOf } from './normalise.ts';
import {
  ACTIVITY_DATATYPES,
  ACTOR_TYPES,
  CARRIER_TYPES,
  COLLECTION_TYPES,
  KNOWN_MEMBERS,
  POST_TYPES,
} from './types.ts';

const ADDRESS_ONLY = 'only an address, without the object itself';
const DEEPEST = 8;

/** Turns one ActivityStreams value (1.0 or 2.0) into records, and says what it leaves out. */
export function putActivityStreams(sink: Sink, value: Json, context: FileContext, where: string, depth = 0): void {
  if (typeof value === 'string') return sink.skip(ADDRESS_ONLY, where);
  if (!isObject(value)) return sink.skip('not an ActivityStreams object', where);
  if (depth > DEEPEST) return sink.skip('objects inside objects too many times', where);
  const object = normalise(isAs1(value) ? fromAs1(value) : value);
  for (const key in object) if (!KNOWN_MEMBERS.has(key)) sink.unknown(key);
  const type = mainType(object);

  if (type !== null && COLLECTION_TYPES.has(type)) return putCollection(sink, object, context, where, depth);
  if (type !== null && CARRIER_TYPES.has(type)) return putCarried(sink, object, type, context, where, depth);
  if (type !== null && type in ACTIVITY_DATATYPES) return putActivity(sink, object, type, context, where, depth);
  if (type !== null && ACTOR_TYPES.has(type)) return putActor(sink, object, context, where);
  if (type === 'Bookmark') return putBookmark(sink, object, textOf(object['targetUrl']), context, where);
  if (type !== null && POST_TYPES.has(type)) return putPost(sink, object, context, where);
  // An object of no or the general type is a post when it says something.
  if ((type === null || type === 'Object') && (textOf(object['content']) ?? textOf(object['name'])) !== null) {
    return putPost(sink, { ...object, type: 'Note' }, context, where);
  }
  if (type === null) return sink.skip('an object without type or content', where);
  const isActivity = object['actor'] !== undefined || object['object'] !== undefined;
  sink.skip(`an ${isActivity ? 'activity' : 'object'} of type ${type.slice(0, 60)}`, where);
}

function putPost(sink: Sink, object: JsonObject, context: FileContext, where: string): void {
  const body = object;
  const inReplyTo = firstOf(object['inReplyTo']);
  if (inReplyTo !== undefined) {
    // Servers answer one post; what else was named stays readable beside it.
    if (Array.isArray(object['inReplyTo']) && object['inReplyTo'].length > 1)
      body['inReplyToAll'] = object['inReplyTo'];
    body['inReplyTo'] = uriOf(inReplyTo) ?? inReplyTo;
  }
  const quote = uriOf(object['quote'] ?? object['quoteUri'] ?? object['quoteUrl'] ?? object['_misskey_quote']);
  if (quote !== null) body['quote'] = quote;
  const author = uriOf(object['attributedTo'] ?? object['actor']);
  putRecord(
    sink,
    {
      datatype: 'social.post',
      uri: textOf(object['id']) ?? urlOf(object['url']),
      source: sourceOf(context, author),
      time: textOf(object['published']) ?? textOf(object['updated']),
      mine: isOwner(context, author),
      body,
    },
    where,
  );
}

function putActor(sink: Sink, object: JsonObject, context: FileContext, where: string): void {
  const uri = textOf(object['id']) ?? urlOf(object['url']);
  if (uri === null) return sink.skip('an account without an address', where);
  const mine = isOwner(context, uri);
  putRecord(
    sink,
    {
      datatype: mine ? 'social.profile' : 'social.person',
      uri,
      source: sourceOf(context, uri),
      time: textOf(object['published']),
      mine,
      body: { ...object, id: uri },
    },
    where,
  );
}

function putActivity(
  sink: Sink,
  activity: JsonObject,
  type: string,
  context: FileContext,
  where: string,
  depth: number,
): void {
  const actor = uriOf(activity['actor'] ?? activity['attributedTo']);
  const object = firstOf(activity['object']);
  const target = uriOf(object);
  const datatype = ACTIVITY_DATATYPES[type];
  if (datatype === undefined) return;
  if (target === null && datatype !== 'activity.search') {
    return sink.skip(`an activity of type ${type} without its object`, where);
  }
  // A boosted or liked post that came along is the owner's to read as well.
  if (isObject(object) && target !== null && carriesPost(object)) {
    putActivityStreams(sink, object, { ...context, owner: null }, where, depth + 1);
  }
  const body: JsonObject = { ...activity, type };
  if (target !== null && isObject(object) && carriesPost(object)) body['object'] = target;
  if (actor !== null && body['actor'] === undefined) body['actor'] = activity['attributedTo'] ?? actor;
  const given = textOf(activity['id']) ?? urlOf(activity['url']);
  putRecord(
    sink,
    {
      datatype: type === 'Ignore' && isObject(object) && carriesPost(object) ? 'social.reaction' : datatype,
      uri: given ?? (actor !== null && target !== null ? relationUri(datatype, `${type} ${actor}`, target) : null),
      source: sourceOf(context, actor),
      time: textOf(activity['published']) ?? textOf(activity['updated']),
      mine: isOwner(context, actor),
      body,
    },
    where,
  );
}

function carriesPost(object: JsonObject): boolean {
  const type = mainType(normalise(isAs1(object) ? fromAs1(object) : object));
  return (
    type !== null && POST_TYPES.has(type) && (object['content'] !== undefined || object['attachment'] !== undefined)
  );
}

/** Create, Update, Add: the object is kept, with what only the activity says. */
function putCarried(
  sink: Sink,
  activity: JsonObject,
  type: string,
  context: FileContext,
  where: string,
  depth: number,
): void {
  const carried = listOf(activity['object']);
  if (carried.length === 0) return sink.skip(`an activity of type ${type} without its object`, where);
  for (const object of carried) {
    if (!isObject(object)) {
      sink.skip(`an activity of type ${type} that only names its object`, where);
      continue;
    }
    const inner = normalise(isAs1(object) ? fromAs1(object) : object);
    const innerType = mainType(inner);
    const isPost =
      innerType === null || POST_TYPES.has(innerType) || innerType === 'Object' || innerType === 'Bookmark';
    if (isPost) inherit(inner, activity);
    putActivityStreams(sink, inner, context, where, depth + 1);
  }
}

function inherit(object: JsonObject, activity: JsonObject): void {
  const author = activity['actor'] ?? activity['attributedTo'];
  if (object['attributedTo'] === undefined && author !== undefined) object['attributedTo'] = author;
  for (const key of ['published', 'to', 'cc'] as const) {
    const value = activity[key];
    if (object[key] === undefined && value !== undefined) object[key] = value;
  }
  // ActivityStreams 1 gives some posts their address only on the activity.
  if (object['id'] === undefined && object['url'] === undefined && activity['url'] !== undefined) {
    object['url'] = activity['url'];
  }
  if (object['id'] === undefined && object['url'] === undefined && activity['id'] !== undefined) {
    object['id'] = activity['id'];
  }
}

function putBookmark(sink: Sink, object: JsonObject, target: string | null, context: FileContext, where: string): void {
  if (target === null) return sink.skip('a bookmark without an address', where);
  const actor = uriOf(object['attributedTo'] ?? object['actor']) ?? OWNER_ACTOR;
  putRecord(
    sink,
    {
      datatype: 'social.bookmark',
      uri: textOf(object['id']) ?? relationUri('social.bookmark', actor, target),
      source: sourceOf(context, actor),
      time: textOf(object['published']),
      mine: isOwner(context, actor),
      body: { ...object, type: 'Add', actor, object: target },
    },
    where,
  );
}

function putCollection(sink: Sink, object: JsonObject, context: FileContext, where: string, depth: number): void {
  const items = [...listOf(object['items']), ...listOf(object['orderedItems'])];
  const own = { ...context, source: context.source ?? collectionSource(object) };
  items.forEach((item, index) => putActivityStreams(sink, item, own, `${where}[${index}]`, depth + 1));
  const first = firstOf(object['first']);
  if (isObject(first)) putActivityStreams(sink, first, own, where, depth + 1);
  else if (items.length === 0 && typeof first === 'string') sink.skip('a collection whose pages are elsewhere', where);
}

/** The account a collection is of: whom it is attributed to, or the collection it is a page of. */
export function collectionSource(head: JsonObject): string | null {
  const named = uriOf(head['attributedTo'] ?? head['actor'] ?? head['partOf']) ?? textOf(head['id']);
  return named !== null && /^[a-z][a-z0-9+.-]*:/i.test(named)
    ? named.replace(/[?#].*$/s, '').replace(/\/outbox$/, '')
    : null;
}

function sourceOf(context: FileContext, author: string | null): string {
  return context.source ?? author ?? fileSource(context.file);
}

function isOwner(context: FileContext, author: string | null): boolean {
  return author !== null && (author === context.owner || author === OWNER_ACTOR);
}
