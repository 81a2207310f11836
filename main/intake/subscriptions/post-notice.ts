import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { LockerError } from '../../../protocol/errors.ts';
import { literalAddress, webAddress } from './address.ts';
import { checkedAddresses, mayReach, pinned, type FetchPowers } from './fetch-feed.ts';

const TOTAL_MS = 10_000;

export interface NoticeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The address may be on this machine; without it only https to public addresses is spoken. */
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
}

/** Posts to an address that a service named; gives the status, follows nothing and reads no body. */
export type NoticePoster = (request: NoticeRequest) => Promise<number>;

/**
 * Posts with the filter that documents of services go through: every address of the host is checked, and the connection
 * goes to a checked one.
 *
 * The poster throws LockerError `address_invalid`, `address_refused`, `fetch_failed`.
 */
export function createNoticePoster(resolve?: FetchPowers['resolve'], totalMs: number = TOTAL_MS): NoticePoster {
  const powers: Pick<FetchPowers, 'resolve'> = {
    resolve: resolve ?? ((hostname) => lookup(hostname, { all: true, verbatim: true })),
  };
  return async ({ url: text, headers, body, allowLoopback, signal: closing }) => {
    const url = webAddress(text);
    if (url.protocol !== 'https:' && !(allowLoopback && literalAddress(url) !== null)) {
      throw new LockerError('address_invalid');
    }
    const signal = AbortSignal.any([closing, AbortSignal.timeout(totalMs)]);
    const addresses = await checkedAddresses(url, allowLoopback, powers);
    return new Promise((resolveStatus, reject) => {
      const bytes = Buffer.from(body);
      const options: http.RequestOptions = {
        agent: false,
        method: 'POST',
        lookup: pinned(addresses),
        signal,
        maxHeaderSize: 16 * 1024,
        headers: { ...headers, 'content-length': bytes.length, 'user-agent': 'DataLocker (contracts)' },
      };
      const outgoing = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
      outgoing.on('error', (cause) => reject(new LockerError('fetch_failed', { cause })));
      outgoing.on('response', (answer) => {
        const reached = answer.socket.remoteAddress;
        answer.on('error', () => undefined);
        answer.destroy();
        if (reached === undefined || !mayReach(reached, allowLoopback)) reject(new LockerError('address_refused'));
        else resolveStatus(answer.statusCode ?? 0);
      });
      outgoing.end(bytes);
    });
  };
}
