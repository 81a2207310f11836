import { createHmac, timingSafeEqual } from 'node:crypto';

/** A signed address works this long. */
const VALID_MS = 5 * 60_000;
const SIGNED = /^(\d{1,16})\.([A-Za-z0-9_-]{43})$/;

/**
 * Addresses of one resource that work without a session header, because `<img>` and downloads cannot send one:
 * a MAC over path and end of validity, under a key that lives and dies with the process.
 */
export interface SignedAddresses {
  /** The path with its `?key=`. */
  sign(path: string): string;
  /** Whether `key` was made for exactly this path and is in time. */
  check(path: string, key: string): boolean;
}

/**
 * @param key 32 random bytes
 * @param now UTC milliseconds
 */
export function createSignedAddresses(key: Uint8Array, now: () => number): SignedAddresses {
  const macOf = (path: string, until: number): Buffer => createHmac('sha256', key).update(`${until}\n${path}`).digest();
  return {
    sign(path) {
      const until = now() + VALID_MS;
      return `${path}?key=${until}.${macOf(path, until).toString('base64url')}`;
    },
    check(path, signed) {
      const [, until, mac] = SIGNED.exec(signed) ?? [];
      if (until === undefined || mac === undefined) return false;
      const expected = macOf(path, Number(until));
      const given = Buffer.from(mac, 'base64url');
      return given.length === expected.length && timingSafeEqual(given, expected) && Number(until) > now();
    },
  };
}
