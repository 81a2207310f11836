import type { Json, JsonObject } from '../../protocol/json.ts';
import { URI_MAX } from '../../protocol/record.ts';

/** Members of a list that are looked at: no post has a reason to carry more. */
const LIST_MAX = 300;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON-LD writes one value and a list of one value alike; this reads both, up to a limit. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [value];
  return value.length > LIST_MAX ? value.slice(0, LIST_MAX) : value;
}

/** The first of a value or list. */
export function firstOf(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : (value ?? undefined);
}

/** A non-empty string of at most `max` code units, well-formed and without control characters; else null. */
export function textOf(value: Json | undefined, max = 1000): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const text = clean(value.length > max ? value.slice(0, max) : value);
  return text === '' ? null : text;
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Takes out what neither a screen nor the index can use: control characters and lone surrogates. */
export function clean(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.replace(CONTROL, '');
}

/** A string that may serve as a URI: trimmed, not empty, not too long. */
export function uriText(value: Json | undefined): string | null {
  if (typeof value !== 'string' || value.length > URI_MAX) return null;
  const text = clean(value).trim();
  return text === '' ? null : text;
}

/** The URI that a reference stands for: a string, an object's `id`, a Link's `href`, or its `url`; the first of a list. */
export function uriOf(value: Json | undefined): string | null {
  const first = firstOf(value);
  if (!isObject(first)) return uriText(first);
  return uriText(first['id']) ?? uriText(first['href']) ?? urlOf(first['url']);
}

/** The address to open: a string, a Link, or the first text/html of a list of them. */
export function urlOf(value: Json | undefined): string | null {
  const all = listOf(value);
  const html = all.find((item) => isObject(item) && item['mediaType'] === 'text/html');
  const chosen = html ?? all[0];
  if (!isObject(chosen)) return uriText(chosen);
  return uriText(chosen['href']) ?? uriText(firstOf(chosen['url'])) ?? uriText(chosen['id']);
}

/** The short name of the first type: `as:Note` and the full IRI are `Note`. */
export function typeOf(object: JsonObject): string {
  const type = textOf(firstOf(object['type']), 100) ?? '';
  const cut = Math.max(type.lastIndexOf('#'), type.lastIndexOf(':'));
  return cut < 0 ? type : type.slice(cut + 1);
}

/** A count: an integer from 0, as such or as a collection's `totalItems`; null: unknown. */
export function countOf(value: Json | undefined): number | null {
  const number = isObject(value) ? value['totalItems'] : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** Milliseconds UTC of an ISO 8601 time; null where it is none. */
export function timeOf(value: Json | undefined): number | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const time = Date.parse(value);
  return Number.isFinite(time) ? time : null;
}
