import type { Json, JsonObject } from '../../../protocol/json.ts';
import { isObject, listOf, textOf } from '../json/read-json.ts';

/** http://activitystrea.ms/specs/json/1.0/ and its schema registry → ActivityStreams 2.0 names. */
const VERBS: Readonly<Record<string, string>> = {
  post: 'Create',
  update: 'Update',
  delete: 'Delete',
  share: 'Announce',
  like: 'Like',
  favorite: 'Like',
  dislike: 'Dislike',
  react: 'EmojiReact',
  follow: 'Follow',
  'stop-following': 'Undo',
  undo: 'Undo',
  block: 'Block',
  ignore: 'Ignore',
  save: 'Add',
  add: 'Add',
  flag: 'Flag',
  watch: 'View',
  read: 'Read',
  listen: 'Listen',
};
const OBJECT_TYPES: Readonly<Record<string, string>> = {
  note: 'Note',
  comment: 'Note',
  status: 'Note',
  mention: 'Mention',
  article: 'Article',
  issue: 'Article',
  review: 'Article',
  bookmark: 'Bookmark',
  image: 'Image',
  photo: 'Image',
  video: 'Video',
  audio: 'Audio',
  file: 'Document',
  event: 'Event',
  question: 'Question',
  person: 'Person',
  group: 'Group',
  organization: 'Organization',
  service: 'Service',
  application: 'Application',
  place: 'Place',
  hashtag: 'Hashtag',
  collection: 'Collection',
};
const ACTORS = new Set(['Person', 'Group', 'Organization', 'Service', 'Application']);
const DEEPEST = 12;

/** ActivityStreams 1 is told by its own member names. */
export function isAs1(object: JsonObject): boolean {
  return (
    object['type'] === undefined &&
    object['@type'] === undefined &&
    (typeof object['objectType'] === 'string' || typeof object['verb'] === 'string')
  );
}

/** An ActivityStreams 1 object or activity in ActivityStreams 2.0 names; members without one stay as they are. */
export function fromAs1(object: JsonObject, depth = 0): JsonObject {
  const out: JsonObject = {};
  const verb = textOf(object['verb']);
  const objectType = textOf(object['objectType']);
  const isActivity = verb !== null && (objectType === null || objectType === 'activity');
  const type = isActivity
    ? (VERBS[verb] ?? verb)
    : objectType === null
      ? null
      : (OBJECT_TYPES[objectType] ?? objectType);
  if (type !== null) out['type'] = type;
  const isActor = type !== null && ACTORS.has(type);
  const attachments: Json[] = [];

  for (const [key, value] of Object.entries(object)) {
    if (value === null || depth > DEEPEST) continue;
    switch (key) {
      case '__proto__':
      case 'verb':
      case 'objectType':
        break;
      case 'displayName':
        out['name'] = value;
        break;
      case 'username':
        out['preferredUsername'] = value;
        break;
      case 'author':
        out[isActivity ? 'actor' : 'attributedTo'] = convert(value, depth);
        break;
      case 'urls':
        if (object['url'] === undefined) out['url'] = addresses(value);
        break;
      case 'url':
        out['url'] = addresses(value);
        break;
      case 'image':
        if (isActor) putPictures(out, value);
        else attachments.push(...media(value, 'Image'));
        break;
      case 'stream':
        attachments.push(...media(value, type === 'Audio' ? 'Audio' : 'Video'));
        break;
      case 'attachments':
        for (const item of listOf(value)) attachments.push(...attachment(item, depth));
        break;
      case 'tags':
        out['tag'] = listOf(value).map((tag) => tagOf(tag, depth));
        break;
      case 'summary':
        // A summary in ActivityStreams 1 is an abstract, and in 2.0 servers write content warnings there.
        if (isActor || isActivity) out['summary'] = value;
        else if (object['content'] === undefined) out['content'] = value;
        else out['preview'] = { type: 'Note', content: value };
        break;
      case 'inReplyTo':
      case 'object':
      case 'actor':
      case 'target':
      case 'location':
      case 'generator':
      case 'provider':
      case 'items':
        out[key] = convert(value, depth);
        break;
      case 'to':
      case 'cc':
        out[key] = listOf(value).map(audience);
        break;
      default:
        out[key] = value;
    }
  }
  if (attachments.length > 0) out['attachment'] = distinct(attachments);
  return out;
}

function convert(value: Json, depth: number): Json {
  if (Array.isArray(value)) return value.map((item) => convert(item, depth));
  return isObject(value) ? fromAs1(value, depth + 1) : value;
}

function addresses(value: Json): Json {
  const all = listOf(value)
    .map((item) => (isObject(item) ? (textOf(item['value']) ?? textOf(item['url'])) : textOf(item)))
    .filter((item) => item !== null);
  return all.length === 1 ? (all[0] ?? null) : all;
}

function putPictures(actor: JsonObject, value: Json): void {
  for (const item of listOf(value)) {
    const url = isObject(item) ? textOf(item['url']) : textOf(item);
    if (url === null) continue;
    const isHeader = isObject(item) && item['objectType'] === 'featured';
    actor[isHeader ? 'image' : 'icon'] ??= { type: 'Image', url };
  }
}

function media(value: Json, type: string): Json[] {
  return listOf(value).flatMap((item) => {
    const url = isObject(item) ? textOf(item['url']) : textOf(item);
    if (url === null) return [];
    const name = isObject(item) ? textOf(item['displayName']) : null;
    return [name === null ? { type, url } : { type, url, name }];
  });
}

function attachment(item: Json, depth: number): Json[] {
  if (!isObject(item)) return typeof item === 'string' ? [{ type: 'Link', href: item }] : [];
  const own = fromAs1(item, depth + 1);
  const inner = listOf(own['attachment']);
  delete own['attachment'];
  // An attachment that only wraps pictures or streams is those pictures or streams.
  if (inner.length > 0 && own['content'] === undefined && own['url'] === undefined) {
    return inner.map((part) => (isObject(part) && own['name'] !== undefined ? { name: own['name'], ...part } : part));
  }
  return inner.length > 0 ? [own, ...inner] : [own];
}

function tagOf(tag: Json, depth: number): Json {
  if (!isObject(tag)) return tag;
  const own = fromAs1(tag, depth + 1);
  const href = textOf(own['id']) ?? textOf(own['url']);
  const name = textOf(own['name']);
  if (own['type'] === 'Person' || own['type'] === 'Mention') {
    return { type: 'Mention', ...(href === null ? {} : { href }), ...(name === null ? {} : { name }) };
  }
  return own;
}

/** ActivityStreams 1 audiences are objects of type group with an alias. */
function audience(value: Json): Json {
  if (!isObject(value)) return value;
  switch (value['alias']) {
    case '@public':
      return 'https://www.w3.org/ns/activitystreams#Public';
    case '@unlisted':
      return 'https://www.w3.org/ns/activitystreams#Unlisted';
    default:
      return textOf(value['id']) ?? textOf(value['alias']) ?? value;
  }
}

function distinct(attachments: Json[]): Json[] {
  const seen = new Set<string>();
  return attachments.filter((item) => {
    const key = isObject(item) ? (textOf(item['url']) ?? JSON.stringify(item)) : JSON.stringify(item);
    return !seen.has(key) && seen.add(key);
  });
}
