import type { JsonObject } from '../../protocol/json.ts';

/** A body with the owner's changes on top; both as JSON text. */
export function effectiveBody(body: string, overlay: string | null): JsonObject {
  return overlay === null ? parsed(body) : merged(parsed(body), parsed(overlay));
}

/** Members of `changes` in place of those of `body`; null takes one away. */
function merged(body: JsonObject, changes: JsonObject): JsonObject {
  const entries = Object.entries(changes);
  const kept = Object.entries(body).filter(([name]) => !Object.hasOwn(changes, name));
  return Object.fromEntries([...kept, ...entries.filter(([, value]) => value !== null)]);
}

/** JSON text that the store keeps: an object, checked when it was written. */
export function parsed(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (isJsonObject(value)) return value;
  throw new TypeError('not an object');
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
