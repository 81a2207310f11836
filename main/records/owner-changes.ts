import type { JsonObject } from '../../protocol/json.ts';

/** Members of a body that name the record or its kind: changing them would make it another record. */
const FIXED = new Set(['id', 'type', '@context']);

/** The owner's changes with further ones on top; taking a member away is a change, too. */
export function mergedChanges(before: JsonObject, changes: JsonObject): JsonObject {
  return { ...before, ...changes };
}

/** Changes the owner may make; the first member that may not be changed, or null. */
export function fixedMember(changes: JsonObject): string | null {
  return Object.keys(changes).find((name) => FIXED.has(name) || name === '__proto__') ?? null;
}
