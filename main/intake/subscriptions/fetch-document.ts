import { lookup } from 'node:dns/promises';
import { LockerError } from '../../../protocol/errors.ts';
import { fetchFeed, type FetchPowers } from './fetch-feed.ts';

const HOW = {
  agent: 'DataLocker (contracts)',
  types: 'application/json, */*;q=0.1',
  maxBytes: 1024 * 1024,
  maxRedirects: 0,
} as const;

/** Fetches the bytes at a public https address, which must answer by itself: nothing is followed. */
export type DocumentFetcher = (url: string) => Promise<Uint8Array>;

/**
 * Fetches documents that services publish, with the filter that feeds go through: every address of the host is checked,
 * the connection goes to a checked one, and nothing of loopback or a private network is ever asked.
 *
 * The fetcher throws LockerError `address_invalid` for anything but https, `address_refused`, `fetch_failed`.
 */
export function createDocumentFetcher(resolve?: FetchPowers['resolve']): DocumentFetcher {
  const powers: FetchPowers = {
    resolve: resolve ?? ((hostname) => lookup(hostname, { all: true, verbatim: true })),
    now: Date.now,
  };
  return async (url) => {
    if (!url.startsWith('https://')) throw new LockerError('address_invalid');
    const request = { url, etag: null, lastModified: null, allowLoopback: false, as: HOW };
    const answer = await fetchFeed(request, powers);
    if (answer.kind !== 'fetched') throw new LockerError('fetch_failed');
    return answer.bytes;
  };
}
