import { LockerError } from '../../protocol/errors.ts';
import { fetchDocument, type FetchPowers } from '../intake/index.ts';
import { MOST_ENTRIES, type SourceContent } from './read/content.ts';
import { readSource } from './read/read-source.ts';
import type { LabelKey } from './signature/label-key.ts';

/** Pages of a labeler that are asked for in one go; the next go continues where they end. */
const MOST_PAGES = 40;
const PAGE = 250;
const AS = {
  agent: 'DataLocker (labels)',
  types: 'application/json, text/csv, text/plain, application/cbor;q=0.9, */*;q=0.5',
  maxBytes: 16 * 1024 * 1024,
  maxRedirects: 5,
} as const;

/** What to ask for. */
export interface SourceRequest {
  readonly url: string;
  readonly allowLoopback: boolean;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly cursor: string | null;
}

export type SourceAnswer =
  | { readonly kind: 'unchanged' | 'gone' | 'busy' }
  | {
      readonly kind: 'fetched';
      readonly content: SourceContent;
      readonly etag: string | null;
      readonly lastModified: string | null;
    };

/**
 * Asks an address, with the filter that feeds go through. A labeler (`com.atproto.label.queryLabels`) and a list in pages are
 * asked page by page.
 *
 * @throws LockerError address_invalid, address_refused, fetch_failed, labels_unrecognised
 */
export async function fetchSource(
  request: SourceRequest,
  key: LabelKey | null,
  powers: FetchPowers,
): Promise<SourceAnswer> {
  const { url, allowLoopback, etag, lastModified } = request;
  let cursor = request.cursor;
  const ask = async (first: boolean): ReturnType<typeof fetchDocument> =>
    fetchDocument(
      {
        url: pageOf(url, cursor),
        allowLoopback,
        etag: first ? etag : null,
        lastModified: first ? lastModified : null,
        as: AS,
      },
      powers,
    );
  const answer = await ask(true);
  if (answer.kind !== 'fetched') return { kind: answer.kind };
  let content = readSource(answer.bytes, key);
  for (let page = 1; page < MOST_PAGES && hasMore(content, cursor); page++) {
    cursor = content.cursor;
    const next = await ask(false);
    if (next.kind !== 'fetched') throw new LockerError('fetch_failed');
    content = joined(content, readSource(next.bytes, key));
  }
  // A labeler is asked for what is new since then; what has no pages is asked whether it changed.
  const paged = content.cursor !== null || cursor !== null;
  return {
    kind: 'fetched',
    content: { ...content, cursor: content.cursor ?? cursor },
    etag: paged ? null : answer.etag,
    lastModified: paged ? null : answer.lastModified,
  };
}

function hasMore({ cursor, entries }: SourceContent, before: string | null): boolean {
  return cursor !== null && cursor !== before && entries.length < MOST_ENTRIES;
}

function pageOf(url: string, cursor: string | null): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  const isLabeler = parsed.pathname.endsWith('/com.atproto.label.queryLabels');
  if (isLabeler && !parsed.searchParams.has('uriPatterns')) parsed.searchParams.set('uriPatterns', '*');
  if (isLabeler && !parsed.searchParams.has('limit')) parsed.searchParams.set('limit', String(PAGE));
  if (cursor !== null) parsed.searchParams.set('cursor', cursor);
  return parsed.href;
}

function joined(first: SourceContent, second: SourceContent): SourceContent {
  const skipped = new Map(first.skipped);
  for (const [reason, count] of second.skipped) skipped.set(reason, (skipped.get(reason) ?? 0) + count);
  const same = second.publisher === '' || second.publisher === first.publisher || first.publisher === '';
  if (!same) skipped.set('a label of another labeler', second.entries.length);
  return {
    ...first,
    publisher: first.publisher === '' ? second.publisher : first.publisher,
    entries: same ? [...first.entries, ...second.entries] : first.entries,
    skipped,
    cursor: second.cursor,
  };
}
