import { encode } from '@atcute/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareRecord } from '../records/index.ts';
import { readContent } from './testing.ts';

const RUNS = process.env['SOAK'] === undefined ? 60 : 5000;

/** Small valid inputs of each kind, which the tests below damage. */
const SEEDS: Readonly<Record<string, string | Uint8Array>> = {
  'rss.xml': `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
    <title>A</title><link>https://a.example/</link><item><title>B &amp; c</title><guid>https://a.example/1</guid>
    <pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><description><![CDATA[<p>D</p>]]></description>
    <media:content url="https://a.example/1.jpg" medium="image"/></item></channel></rss>`,
  'feed.atom': `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:a</id><title type="html">A</title><entry><id>urn:b</id>
    <link href="https://a.example/1"/><updated>2024-01-02T03:04:05Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>x</b></div></content></entry></feed>`,
  'subs.opml':
    '<opml version="2.0"><body><outline text="A"><outline text="B" xmlUrl="https://b.example/"/></outline></body></opml>',
  'feed.json':
    '{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","content_html":"<p>x</p>"}]}',
  'as2.json':
    '{"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection","orderedItems":[{"type":"Create","actor":"https://a.example/a","object":{"type":"Note","id":"https://a.example/1","content":"x","tag":[{"type":"Mention","href":"https://b.example/b"}]}}]}',
  'as1.json':
    '[{"verb":"post","object":{"objectType":"note","content":"x","image":[{"url":"https://a.example/1.jpg"}]}}]',
  'following.csv': 'Account address,Show boosts\nbob@b.example,true\n"anna@a.example",false\n',
  'lists.csv': 'Close,a@a.example\nFar,b@b.example\n',
  'repo.car': Buffer.concat([
    Buffer.from([17]),
    encode({ version: 1, roots: [] }),
    Buffer.from([40, 1, 0x71, 0x12, 32]),
  ]),
};

/** Bytes that mean something to one format or another. */
const TELLING = [
  ...'<>&;"\'[]{}(),:/\\!?-=#@\n\r\0',
  'é',
  '\uFEFF',
  '<![CDATA[',
  ']]>',
  '<!--',
  '&#x0;',
  '<item>',
  '"a":',
];

describe('parsers', () => {
  test.each(Object.keys(SEEDS))('%s: any damage ends in a report, and what is read can be prepared', async (name) => {
    const seed = Buffer.from(SEEDS[name] ?? '');
    const change = fc.tuple(
      fc.nat(seed.length),
      fc.nat(6),
      fc.oneof(fc.constantFrom(...TELLING), fc.string({ maxLength: 4 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), fc.boolean(), async (changes, isCut) => {
        let bytes: Buffer = seed;
        for (const [at, length, text] of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at + length)]);
        }
        const found = await readContent(name, isCut ? bytes.subarray(0, bytes.length >> 1) : bytes);
        for (const record of found.records) prepareRecord(record);
        // Nothing is lost without a word: an input that gives nothing is reported.
        const isTold = found.records.length + found.skipped.length + found.feeds.length > 0;
        expect(isTold || name === 'subs.opml' || name.endsWith('.csv')).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('text that makes careless patterns slow is read in time', async () => {
    const many = 200_000;
    const feed = (title: string): string =>
      `<rss version="2.0"><channel><item><title>${title}</title><link>https://a.example/</link></item></channel></rss>`;
    const started = performance.now();
    await readContent('a.xml', feed('&lt;a '.repeat(many)));
    await readContent('b.xml', feed(`<![CDATA[${'<a href="'.repeat(many)}]]>`));
    await readContent('c.xml', '<rss><channel>'.repeat(20_000));
    await readContent('d.csv', 'a@'.repeat(many));
    await readContent(
      'e.json',
      `{"@context":"https://www.w3.org/ns/activitystreams","type":"Note","content":"${'\\u0041'.repeat(many)}"}`,
    );
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
