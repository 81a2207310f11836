import { parseAtomFeed, parseJsonFeed, parseRdfFeed, parseRssFeed } from 'feedsmith';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { CUT_OFF, JsonStream } from '../json/json-stream.ts';
import type { FileContext, Sink } from '../sink.ts';
import { decodeText } from '../text-encoding.ts';
import type { ReadFeed } from './entry.ts';
import { fromAtom } from './from-atom.ts';
import { fromJsonFeed } from './from-json-feed.ts';
import { fromRdf, fromRss } from './from-rss.ts';
import { putFeed } from './to-records.ts';

export type FeedFormat = ReadFeed['format'];

export const EMPTY_FEED = 'a feed without entries and without anything about itself';
export const ILL_FORMED_FEED = 'the XML of the feed is broken';

/** Reads a whole feed; one that can't be read is reported. */
export function readFeed(
  bytes: Uint8Array,
  format: FeedFormat,
  charset: string | null,
  sink: Sink,
  context: FileContext,
): void {
  const { text, replaced } = decodeText(bytes, charset);
  if (replaced) sink.skip('bytes that its encoding does not allow (replaced)', context.file);
  if (format === 'json') {
    putFeed(sink, fromJsonFeed(parseJsonFeed(jsonItems(text, sink, context.file))), context);
    return;
  }
  const feed = parseXmlFeed(text, format);
  if (typeof feed === 'string') sink.skip(feed, context.file);
  else putFeed(sink, feed, context);
}

/** A feed, or why it can't be read. */
export function parseXmlFeed(text: string, format: Exclude<FeedFormat, 'json'>): ReadFeed | string {
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
    return error instanceof Error && error.name === 'ParseError' ? EMPTY_FEED : ILL_FORMED_FEED;
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
