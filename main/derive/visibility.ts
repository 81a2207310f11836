import type { JsonObject } from '../../protocol/json.ts';
import type { Visibility } from '../../protocol/record.ts';
import { firstOf, isObject, listOf, uriOf } from './json-access.ts';

const PUBLIC = new Set(['https://www.w3.org/ns/activitystreams#Public', 'as:Public', 'Public']);
const UNLISTED = 'https://www.w3.org/ns/activitystreams#Unlisted';

/**
 * Who a post was addressed to: the public collection in `to` is public, in `cc` unlisted, else the author's followers,
 * else named people only. Nobody named: unknown.
 */
export function visibilityOf(body: JsonObject): Visibility {
  const to = addressees(body, 'to');
  const cc = addressees(body, 'cc');
  if (to.length + cc.length === 0) {
    const object = firstOf(body['object']);
    return isObject(object) && object !== body
      ? addressedTo(addressees(object, 'to'), addressees(object, 'cc'))
      : 'unknown';
  }
  return addressedTo(to, cc);
}

function addressees(object: JsonObject, member: 'to' | 'cc'): string[] {
  return listOf(object[member])
    .map(uriOf)
    .filter((uri) => uri !== null);
}

function addressedTo(to: readonly string[], cc: readonly string[]): Visibility {
  if (to.length + cc.length === 0) return 'unknown';
  if (to.some((uri) => PUBLIC.has(uri))) return 'public';
  if (to.includes(UNLISTED) || cc.some((uri) => PUBLIC.has(uri) || uri === UNLISTED)) return 'unlisted';
  return [...to, ...cc].some((uri) => /\/followers\/?$/.test(uri)) ? 'followers' : 'direct';
}
