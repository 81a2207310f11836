import type { Json, JsonObject } from '../../protocol/json.ts';
import { BODY_MAX } from '../../protocol/record.ts';

const DEEPEST = 64;
/** Names the members that were too large to keep, in the body itself, so that nothing goes missing silently. */
const OMITTED = 'locker:omitted';

/** The body and its JSON text, within the limits of the store. */
export function boundedBody(body: JsonObject): { body: JsonObject; text: string } {
  const text = serialised(body);
  if (text !== null && text.length <= BODY_MAX) return { body, text };
  const shallow = levelled(body, 0);
  const sizes = Object.entries(shallow)
    .map(([name, value]) => ({ name, size: JSON.stringify(value).length }))
    .sort((a, b) => b.size - a.size);
  const omitted: string[] = [];
  const kept: JsonObject = { ...shallow };
  for (const { name } of sizes) {
    const result = omitted.length === 0 ? kept : { ...kept, [OMITTED]: omitted.slice(0, 50) };
    const keptText = JSON.stringify(result);
    if (keptText.length <= BODY_MAX) return { body: result, text: keptText };
    omitted.push(name.slice(0, 100));
    Reflect.deleteProperty(kept, name);
  }
  const rest: JsonObject = { [OMITTED]: omitted.slice(0, 50) };
  return { body: rest, text: JSON.stringify(rest) };
}

function serialised(body: JsonObject): string | null {
  try {
    return JSON.stringify(body);
  } catch (error) {
    // Nested too deep for the serialiser.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The object without what lies deeper than any reader looks. */
function levelled(object: JsonObject, depth: number): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, levelledValue(value, depth + 1)]));
}

function levelledValue(value: Json, depth: number): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null;
  return Array.isArray(value) ? value.map((item) => levelledValue(item, depth + 1)) : levelled(value, depth);
}
