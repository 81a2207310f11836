import type { Json, JsonObject } from '../../../protocol/json.ts';

/** Parses JSON text; throws SyntaxError. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (isJson(value)) return value;
  throw new SyntaxError('not JSON');
}

/** JSON.parse yields nothing else, so the top tells. */
function isJson(value: unknown): value is Json {
  return value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty string, or null. */
export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** JSON-LD writes one value and a list of one value alike; this reads both. */
export function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The first of a value or list. */
export function firstOf(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : (value ?? undefined);
}

/** The body of a server's answer that was recorded as JSON with its headers (as test tools and proxies do), or null. */
export function recordedBody(head: JsonObject): string | null {
  const body = textOf(head['body']);
  return isObject(head['headers']) && body !== null && /^\s*[{[]/.test(body) ? body : null;
}
