import { lookup } from 'node:dns/promises';
import { LockerError } from '../../../protocol/errors.ts';
import { literalAddress, reachOf, webAddress } from './address.ts';
import { fetchFeed, type FetchPowers } from './fetch-feed.ts';

/** Fetches a file by its address; null: there is none. */
export type FileFetcher = (url: string, maxBytes: number) => Promise<Uint8Array | null>;

/**
 * Fetches files that the owner's own choice of address leads to, with the filter that feeds go through. https only, unless
 * the address itself names this machine: then that host and port may be asked, and no other of this machine or network.
 *
 * The fetcher throws LockerError `address_invalid`, `address_refused`, `fetch_failed`.
 */
export function createFileFetcher(agent: string, resolve?: FetchPowers['resolve']): FileFetcher {
  const powers: FetchPowers = {
    resolve: resolve ?? ((hostname) => lookup(hostname, { all: true, verbatim: true })),
    now: Date.now,
  };
  return async (text, maxBytes) => {
    const url = webAddress(text);
    const allowLoopback = namesThisMachine(url);
    if (url.protocol !== 'https:' && !allowLoopback) throw new LockerError('address_invalid', { detail: 'https only' });
    const as = { agent, types: 'application/json, */*;q=0.1', maxBytes, maxRedirects: 3 };
    try {
      const answer = await fetchFeed({ url: url.href, etag: null, lastModified: null, allowLoopback, as }, powers);
      if (answer.kind === 'gone') return null;
      if (answer.kind !== 'fetched') throw new LockerError('fetch_failed', { detail: answer.kind });
      return answer.bytes;
    } catch (error) {
      // Some hosts of files say 403 for what isn't there.
      const isAbsent = error instanceof LockerError && /^status 40[34]$/.test(error.detail ?? '');
      if (isAbsent) return null;
      throw error;
    }
  };
}

function namesThisMachine(url: URL): boolean {
  const literal = literalAddress(url);
  return url.hostname === 'localhost' || (literal !== null && reachOf(literal) === 'loopback');
}
