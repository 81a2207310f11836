import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import { LockerError } from '../../../protocol/errors.ts';

/** Members of an offer that its digest leaves out: they are made from it. */
const UNSIGNED = new Set(['digest', 'sig', 'reviews']);

/**
 * The canonical JSON of a value (RFC 8785): one text for one meaning.
 *
 * @throws LockerError `bad_request` for what JSON cannot say
 */
export function canonicalJson(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new LockerError('bad_request', { cause });
  }
  throw new LockerError('bad_request');
}

/** SHA-256 of the canonical JSON of a value, base64url without padding. */
export function canonicalHash(value: unknown): string {
  return textHash(canonicalJson(value));
}

/** SHA-256 of a text's UTF-8 bytes, base64url without padding. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The digest of an offer: over all but its `digest`, `sig` and `reviews`. */
export function canonicalDigest(document: Readonly<Record<string, unknown>>): string {
  return canonicalHash(Object.fromEntries(Object.entries(document).filter(([name]) => !UNSIGNED.has(name))));
}
