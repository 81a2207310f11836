import type { JsonObject } from '../../protocol/json.ts';

/** Members of a body that name the record or its kind: changing them would make it another record. */
const FIXED = new Set(['id', 'type', '@context']);

/** A body with the owner's changes on top; both as JSON text. */
export function effectiveBody(body: string, overlay: string | null): JsonObject {
  return merged(parsed(body), overlay === null ? {} : parsed(overlay));
}

/** Members of `changes` in place of those of `body`; null takes one away. */
export function merged(body: JsonObject, changes: JsonObject): JsonObject {
  const entries = Object.entries(changes);
  const kept = Object.entries(body).filter(([name]) => !Object.hasOwn(changes, name));
  return Object.fromEntries([...kept, ...entries.filter(([, value]) => value !== null)]);
}

/** The owner's changes with further ones on top; taking a member away is a change, too. */
export function mergedChanges(before: JsonObject, changes: JsonObject): JsonObject {
  return { ...before, ...changes };
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

/** Changes the owner may make; the first member that may not be changed, or null. */
export function fixedMember(changes: JsonObject): string | null {
  return Object.keys(changes).find((name) => FIXED.has(name) || name === '__proto__') ?? null;
}
