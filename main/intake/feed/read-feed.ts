import { parseAtomFeed, parseJsonFeed, parseRdfFeed, parseRssFeed } from 'feedsmith';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { CUT_OFF, JsonStream } from '../json/json-stream.ts';
import type { FileContext, Sink } from '../sink.ts';
import { decodeText } from '../text-encoding.ts';
import type { Markup, ReadFeed } from './entry.ts';
import { fromAtom } from './from-atom.ts';
import { fromJsonFeed } from './from-json-feed.ts';
import { fromRdf, fromRss } from './from-rss.ts';
import { textFromHtml } from './html.ts';
import { mendEnd, withCurrentNames, withoutC1 } from './mend.ts';
import { putFeed } from './to-records.ts';

export type FeedFormat = ReadFeed['format'];

export const EMPTY_FEED = 'a feed without entries and without anything about itself';
export const BROKEN_FEED = 'the XML of the feed is broken';
export const MENDED_FEED = 'the XML of the feed is broken (what came whole before the damage was read)';

/** Reads a whole feed and gives its title; null, and a report why, where it can't be read. */
export function readFeed(
  bytes: Uint8Array,
  format: FeedFormat,
  charset: string | null,
  sink: Sink,
  context: FileContext,
): { title: string | null } | null {
  const { text, replaced } = decodeText(bytes, charset);
  if (replaced) sink.skip('bytes that its encoding does not allow (replaced)', context.file);
  const { feed, problem } =
    format === 'json' ? { feed: jsonFeed(text, sink, context.file), problem: null } : parseXmlFeed(text, format);
  if (problem !== null) sink.skip(problem, context.file);
  if (feed === null) return null;
  putFeed(sink, feed, context);
  return { title: titleOf(feed.info.title) };
}

function titleOf(title: Markup | null): string | null {
  if (title === null) return null;
  return (title.isHtml ? textFromHtml(title.value) : title.value).slice(0, 300) || null;
}

function jsonFeed(text: string, sink: Sink, file: string): ReadFeed | null {
  try {
    return fromJsonFeed(parseJsonFeed(jsonItems(text, sink, file)));
  } catch {
    sink.skip(EMPTY_FEED, file);
    return null;
  }
}

/** A feed, as far as it can be read, and what is wrong with it. */
export function parseXmlFeed(
  text: string,
  format: Exclude<FeedFormat, 'json'>,
): { feed: ReadFeed | null; problem: string | null } {
  const ready = withCurrentNames(withoutC1(text), format);
  const first = tryParse(ready, format);
  if (typeof first !== 'string') return { feed: first, problem: null };
  const mended = first === BROKEN_FEED ? mendEnd(ready, format) : null;
  const second = mended === null ? first : tryParse(mended, format);
  return typeof second === 'string' ? { feed: null, problem: first } : { feed: second, problem: MENDED_FEED };
}

function tryParse(text: string, format: Exclude<FeedFormat, 'json'>): ReadFeed | string {
  try {
    switch (format) {
      case 'rss':
        return fromRss(parseRssFeed(text));
      case 'atom':
        return fromAtom(parseAtomFeed(text));
      case 'rdf':
        return fromRdf(parseRdfFeed(text));
    }
  } catch (error) {
    return error instanceof Error && error.name === 'ParseError' ? EMPTY_FEED : BROKEN_FEED;
  }
}

/** A JSON Feed item by item, so that one cut off in the middle still gives the items before the cut. */
function jsonItems(text: string, sink: Sink, file: string): JsonObject {
  const items: Json[] = [];
  let head: JsonObject = {};
  const stream = new JsonStream({
    streams: (key) => key === 'items',
    element(value, _index, _key, members) {
      items.push(value);
      head = members;
    },
    document(members) {
      head = members;
    },
    bad: (reason, index) => sink.skip(reason === CUT_OFF ? CUT_OFF : reason, `${file}[${index}]`),
  });
  stream.push(Buffer.from(text));
  stream.end();
  return { version: 'https://jsonfeed.org/version/1.1', ...head, items };
}
