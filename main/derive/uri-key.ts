import { hash } from 'node:crypto';

/** Separates the parts of what is digested; no part contains it. */
const SEPARATOR = '\u0000';

/**
 * A URI as a number of 52 bits, never 0: what posts, accounts and threads are joined by inside the locker.
 * Cut from SHA-256, so that nobody can write a URI that is taken for a given other one.
 */
export function uriKey(uri: string): number {
  return Number.parseInt(hash('sha256', uri, 'hex').slice(0, 13), 16) || 1;
}

/** A number of 52 bits over the parts, never 0. */
export function digestOf(...parts: readonly string[]): number {
  return uriKey(parts.join(SEPARATOR));
}

/** Names the content of a body: equal digests, equal JSON text. */
export function bodyDigestOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

const KEY_URI = 'urn:locker:key:';

/** Stands for the URI of a record that has none, in what the owner does about it. */
export function keyUri(key: number): string {
  return `${KEY_URI}${key.toString(36)}`;
}

/** The key that `keyUri` was made of; null for any other URI. */
export function keyOfKeyUri(uri: string): number | null {
  if (!uri.startsWith(KEY_URI)) return null;
  const key = Number.parseInt(uri.slice(KEY_URI.length), 36);
  return Number.isSafeInteger(key) && key > 0 ? key : null;
}
