import type { LookupAddress } from 'node:dns';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { LockerError } from '../../../protocol/errors.ts';
import { literalAddress, reachOf, webAddress } from './address.ts';

/** A feed larger than this isn't fetched; the largest that are polled by others are about 10 MB. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const USER_AGENT = 'DataLocker (feed reader)';
const FEED_TYPES = 'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5';
/** Until the answer begins, and until it is whole. */
const ANSWER_MS = 15_000;
const TOTAL_MS = 45_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** What fetching needs of the world; replaced in tests. */
export interface FetchPowers {
  /** All addresses of a host name. */
  resolve(hostname: string): Promise<LookupAddress[]>;
  now(): number;
}

export interface FetchRequest {
  url: string;
  etag: string | null;
  lastModified: string | null;
  /** The owner said that this address may be on this machine; holds for its own host and port only. */
  allowLoopback: boolean;
  /** How it is asked for, where it isn't a feed. */
  as?: { readonly agent: string; readonly types: string; readonly maxBytes: number; readonly maxRedirects: number };
}

export type FetchAnswer =
  | { kind: 'unchanged' }
  | { kind: 'gone' }
  | { kind: 'busy'; retryMs: number | null }
  | {
      kind: 'fetched';
      /** Address after redirects. */
      url: string;
      bytes: Uint8Array<ArrayBuffer>;
      contentType: string;
      charset: string | null;
      etag: string | null;
      lastModified: string | null;
    };

/**
 * Fetches a feed, asking only for news of it. Each hop's host is resolved once, every address it has is checked, and
 * the connection goes to a checked address: a name can't lead elsewhere between the check and the connection.
 *
 * @throws LockerError address_refused, address_invalid, fetch_failed
 */
export async function fetchFeed(request: FetchRequest, powers: FetchPowers): Promise<FetchAnswer> {
  const deadline = AbortSignal.timeout(TOTAL_MS);
  let url = webAddress(request.url);
  const home = url.host;
  const maxRedirects = request.as?.maxRedirects ?? MAX_REDIRECTS;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const answer = await ask(url, request, request.allowLoopback && url.host === home, powers, deadline);
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      answer.destroy();
      if (!URL.canParse(location, url)) throw new LockerError('fetch_failed', { detail: 'redirected to no address' });
      const next = webAddress(new URL(location, url).href);
      if (url.protocol === 'https:' && next.protocol === 'http:') {
        throw new LockerError('fetch_failed', { detail: 'redirected from https to http' });
      }
      url = next;
      continue;
    }
    if (status === 200) return await readAnswer(answer, url, request.as?.maxBytes ?? MAX_BYTES, deadline);
    answer.destroy();
    if (status === 304) return { kind: 'unchanged' };
    if (status === 410) return { kind: 'gone' };
    if (status === 429 || status === 503) return { kind: 'busy', retryMs: retryAfter(answer, powers.now()) };
    throw new LockerError('fetch_failed', { detail: `status ${status}` });
  }
  throw new LockerError('fetch_failed', { detail: `more than ${maxRedirects} redirects` });
}

async function ask(
  url: URL,
  request: FetchRequest,
  allowLoopback: boolean,
  powers: FetchPowers,
  deadline: AbortSignal,
): Promise<IncomingMessage> {
  const addresses = await checkedAddresses(url, allowLoopback, powers);
  const options: RequestOptions = {
    agent: false,
    method: 'GET',
    lookup: pinned(addresses),
    signal: deadline,
    maxHeaderSize: MAX_HEADER_BYTES,
    headers: {
      'user-agent': request.as?.agent ?? USER_AGENT,
      accept: request.as?.types ?? FEED_TYPES,
      'accept-encoding': 'gzip, br',
      ...(request.etag === null ? {} : { 'if-none-match': request.etag }),
      ...(request.lastModified === null ? {} : { 'if-modified-since': request.lastModified }),
    },
  };
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown): void => reject(new LockerError('fetch_failed', { cause }));
    const outgoing = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), ANSWER_MS);
    outgoing.on('error', failed);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('response', (answer) => {
      clearTimeout(timer);
      answer.on('error', () => undefined);
      const reached = answer.socket.remoteAddress;
      if (reached === undefined || !mayReach(reached, allowLoopback)) {
        answer.destroy();
        reject(new LockerError('address_refused'));
      } else resolve(answer);
    });
    outgoing.end();
  });
}

/** Addresses of a host that may all be connected to. @throws LockerError address_refused, fetch_failed */
export async function checkedAddresses(
  url: URL,
  allowLoopback: boolean,
  powers: Pick<FetchPowers, 'resolve'>,
): Promise<LookupAddress[]> {
  const literal = literalAddress(url);
  const addresses =
    literal === null
      ? await powers.resolve(url.hostname).catch((cause: unknown) => {
          throw new LockerError('fetch_failed', { detail: 'no such host', cause });
        })
      : [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
  // One bad address among good ones is enough: which of them is connected to isn't ours to say.
  const isFine = addresses.length > 0 && addresses.every(({ address }) => mayReach(address, allowLoopback));
  if (!isFine) throw new LockerError('address_refused');
  return addresses;
}

export function mayReach(address: string, allowLoopback: boolean): boolean {
  const reach = reachOf(address);
  return reach === 'public' || (reach === 'loopback' && allowLoopback);
}

/** Stands in for DNS while connecting: gives what was checked, whatever is asked. */
export function pinned(addresses: LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, addresses);
    else if (first === undefined) callback(new Error('no address'), '');
    else callback(null, first.address, first.family);
  };
}

async function readAnswer(
  answer: IncomingMessage,
  url: URL,
  maxBytes: number,
  deadline: AbortSignal,
): Promise<FetchAnswer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of decompressed(answer)) {
      if (!(piece instanceof Uint8Array)) continue;
      size += piece.length;
      if (size > maxBytes) {
        throw new LockerError('fetch_failed', { detail: `larger than ${maxBytes / 1024} KiB` });
      }
      parts.push(piece);
    }
    deadline.throwIfAborted();
  } catch (error) {
    throw error instanceof LockerError ? error : new LockerError('fetch_failed', { cause: error });
  } finally {
    answer.destroy();
  }
  const contentType = answer.headers['content-type'] ?? '';
  return {
    kind: 'fetched',
    url: url.href,
    bytes: Buffer.concat(parts),
    contentType,
    charset: /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(contentType)?.[1] ?? null,
    etag: header(answer.headers.etag, 1024),
    lastModified: header(answer.headers['last-modified'], 200),
  };
}

function decompressed(answer: IncomingMessage): Readable {
  const decoder = decoderOf(answer.headers['content-encoding']?.trim().toLowerCase() ?? '');
  if (decoder === null) return answer;
  pipeline(answer, decoder, () => undefined);
  return decoder;
}

function decoderOf(encoding: string): ReturnType<typeof createGunzip> | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  if (encoding === 'deflate') return createInflate();
  return null;
}

/** Validators longer than any server writes are not sent back. */
function header(value: string | undefined, longest: number): string | null {
  return value === undefined || value.length > longest ? null : value;
}

function retryAfter(answer: IncomingMessage, now: number): number | null {
  const value = answer.headers['retry-after'];
  if (value === undefined) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, wait)) : null;
}
