import type { Json, JsonObject } from '../../../protocol/json.ts';
import { firstOf, isObject, listOf, textOf } from '../json/read-json.ts';
import { ACTIVITY_DATATYPES, ACTOR_TYPES, CARRIER_TYPES, COLLECTION_TYPES, POST_TYPES } from './types.ts';

const NAMESPACE = /^(?:as:|https?:\/\/www\.w3\.org\/ns\/activitystreams#)/;
/** The natural-language members and where their translations stand (AS2 core section 4.7). */
const LANGUAGE_MAPS = [
  ['name', 'nameMap'],
  ['summary', 'summaryMap'],
  ['content', 'contentMap'],
] as const;

/** The short name of a type: `as:Note` and the full IRI are `Note`. */
export function shortType(type: string): string {
  return type.replace(NAMESPACE, '');
}

/** The type that tells what to do with an object; other types (`vcard:Individual`) stay in the list. */
export function mainType(object: JsonObject): string | null {
  const types = listOf(object['type'])
    .map(textOf)
    .filter((type) => type !== null)
    .map(shortType);
  return types.find(isKnownType) ?? types[0] ?? null;
}

function isKnownType(type: string): boolean {
  return (
    POST_TYPES.has(type) ||
    ACTOR_TYPES.has(type) ||
    COLLECTION_TYPES.has(type) ||
    CARRIER_TYPES.has(type) ||
    type in ACTIVITY_DATATYPES
  );
}

/**
 * An ActivityStreams 2.0 object in the one form the locker keeps: JSON-LD keywords under their short names, one main
 * type, translations in the `…Map` members. Members are otherwise left as they are.
 */
export function normalise(object: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === '__proto__') continue;
    if (key === '@id') out['id'] = value;
    else if (key === '@type') out['type'] = value;
    else if (value !== null && key !== '@context') out[key.replace(NAMESPACE, '')] = value;
  }
  const type = mainType(out);
  if (type !== null) out['type'] = type;
  for (const [plain, map] of LANGUAGE_MAPS) unfold(out, plain, map);
  return out;
}

/** `name: {en: '…'}` (2014 drafts) and a lone `nameMap` both become a string and a map. */
function unfold(object: JsonObject, plain: string, map: string): void {
  const value = object[plain];
  if (isObject(value)) {
    object[map] = value;
    delete object[plain];
  }
  const translations = object[map];
  if (object[plain] === undefined && isObject(translations)) {
    const text = textOf(translations['en']) ?? textOf(Object.values(translations)[0]);
    if (text !== null) object[plain] = text;
  }
}

/** The URI of a reference: a string, an object's `id`, or a Link's `href`; the first of a list. */
export function uriOf(value: Json | undefined): string | null {
  const first = firstOf(value);
  if (typeof first === 'string') return first === '' ? null : first;
  if (!isObject(first)) return null;
  return textOf(first['id']) ?? textOf(first['@id']) ?? textOf(first['href']) ?? urlOf(first['url']);
}

/** The address to open: a string, a Link, or the first text/html of a list of them. */
export function urlOf(value: Json | undefined): string | null {
  const all = listOf(value);
  const html = all.find((item) => isObject(item) && item['mediaType'] === 'text/html');
  const chosen = html ?? all[0];
  if (isObject(chosen)) return textOf(chosen['href']) ?? textOf(chosen['url']) ?? textOf(chosen['value']);
  return textOf(chosen);
}
