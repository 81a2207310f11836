import { describe, expect, test } from 'vitest';
import { bodies, readContent } from '../testing.ts';

function rss(items: string, channel = '<title>News</title><link>https://n.example/</link>'): string {
  return `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>${channel}${items}</channel></rss>`;
}

describe('feeds', () => {
  test('an RSS item becomes a post of the feed’s account', async () => {
    const found = await readContent(
      'news.xml',
      rss(`<item><title>One &amp;amp; two</title><link>/one</link><guid isPermaLink="false">id 1</guid>
        <pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><dc:creator>Anna</dc:creator><category>rain</category>
        <description>Short</description><content:encoded><![CDATA[<p>Long <a href="/x">x</a></p>]]></content:encoded>
        <enclosure url="https://n.example/a.mp3" type="audio/mpeg" length="1"/></item>`),
    );
    expect(found.skipped).toEqual([]);
    expect(found.records).toMatchObject([
      { datatype: 'social.person', uri: 'https://n.example/', body: { type: 'Service', name: 'News' } },
      {
        datatype: 'social.post',
        uri: 'https://n.example/#id%201',
        source: 'https://n.example/',
        published: Date.UTC(2004, 0, 1, 19, 48, 21),
        timeEstimated: false,
        mine: false,
        body: {
          type: 'Article',
          name: 'One & two',
          url: 'https://n.example/one',
          content: '<p>Long <a href="https://n.example/x">x</a></p>',
          preview: { content: 'Short' },
          attributedTo: { type: 'Person', name: 'Anna', id: 'https://n.example/#author=Anna' },
          tag: [{ type: 'Hashtag', name: 'rain' }],
          attachment: [{ type: 'Audio', url: 'https://n.example/a.mp3', mediaType: 'audio/mpeg' }],
        },
      },
    ]);
  });

  test('feeds that name themselves by a bare path are told apart by their files', async () => {
    const feed = `<feed xmlns="http://www.w3.org/2005/Atom"><id>/feed.xml</id><title>T</title>
      <link rel="self" href="/feed.xml"/><entry><id>1</id><title>One</title></entry></feed>`;
    const [one, other] = [await readContent('one.xml', feed), await readContent('other.xml', feed)];
    const uris = (found: typeof one): (string | null)[] => found.records.map(({ uri }) => uri);
    expect(uris(one)).toEqual(['urn:locker:file:one.xml', 'urn:locker:file:one.xml#1']);
    expect(uris(other)).toEqual(['urn:locker:file:other.xml', 'urn:locker:file:other.xml#1']);
  });

  test('Atom text types, xml:base, language and source', async () => {
    const found = await readContent(
      'a.atom',
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://a.example/b/"><id>urn:x:1</id>
        <title>T</title><link rel="self" href="https://a.example/feed"/><entry><id>urn:x:2</id>
        <title type="html">A &lt;b&gt;bold&lt;/b&gt; title</title><updated>2024-01-02T03:04:05Z</updated>
        <link rel="via" href="https://v.example/"/><link href="p"/>
        <content type="text">1 &lt; 2</content></entry></feed>`,
    );
    expect(bodies(found)[1]).toMatchObject({
      name: 'A bold title',
      nameHtml: 'A <b>bold</b> title',
      content: '1 &lt; 2',
      language: 'de',
      url: 'https://a.example/b/p',
      links: [{ rel: 'via', href: 'https://v.example/' }],
      attributedTo: { type: 'Service', id: 'https://a.example/feed' },
    });
  });

  test('RDF and JSON Feed', async () => {
    const rdf = await readContent(
      'r.rdf',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://r.example/"><title>R</title>
        <link>https://r.example/</link></channel><item rdf:about="https://r.example/1"><title>One</title>
        <link>https://r.example/1</link><dc:date>2024-01-02</dc:date></item></rdf:RDF>`,
    );
    expect(rdf.records[1]).toMatchObject({ uri: 'https://r.example/1', timeEstimated: true, body: { name: 'One' } });
    const json = await readContent(
      'j.json',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'J',
        feed_url: 'https://j.example/feed.json',
        items: [{ id: '1', content_text: 'a < b', authors: [{ name: 'Anna', url: 'https://j.example/anna' }] }],
      }),
    );
    expect(json.records[1]).toMatchObject({
      uri: 'https://j.example/feed.json#1',
      body: { type: 'Note', content: 'a &lt; b', attributedTo: { id: 'https://j.example/anna' } },
    });
  });

  test('a feed broken near its end gives what came before, and says so', async () => {
    const whole = rss('<item><title>One</title></item><item><title>Two</title></item>');
    const found = await readContent('cut.xml', whole.slice(0, whole.indexOf('Two')));
    expect(bodies(found).map(({ name }) => name)).toEqual(['News', 'One']);
    expect(found.skipped).toHaveLength(1);
  });

  test('a JSON Feed cut in the middle gives the items before the cut', async () => {
    const text = JSON.stringify({
      version: 'https://jsonfeed.org/version/1',
      title: 'J',
      items: [
        { id: 'a', content_text: 'x' },
        { id: 'b', content_text: 'yy' },
      ],
    });
    const found = await readContent('cut.json', text.slice(0, -8));
    expect(bodies(found).map(({ content }) => content)).toEqual([undefined, 'x']);
    expect(found.skipped).toHaveLength(1);
  });

  test('encodings: declared, and by byte order mark', async () => {
    const latin = Buffer.from(
      rss('<item><title>Café</title></item>').replace('?>', ' encoding="iso-8859-1"?>'),
      'latin1',
    );
    expect(bodies(await readContent('l.xml', latin))[1]?.['name']).toBe('Café');
    const wide = Buffer.from(`\uFEFF${rss('<item><title>Café</title></item>')}`, 'utf16le');
    expect(bodies(await readContent('w.xml', wide))[1]?.['name']).toBe('Café');
  });

  test('a list of feeds, in folders', async () => {
    const found = await readContent(
      'subs.opml',
      `<opml version="2.0"><head><title>S</title></head><body><outline text="Tech">
        <outline type="rss" text="A &amp; B" xmlUrl="https://a.example/feed"/>
        <outline text="again" xmlUrl="https://a.example/feed"/><outline text="nothing"/>
        <outline text="local" xmlUrl="file:///etc/passwd"/></outline></body></opml>`,
    );
    expect(found.feeds).toEqual([{ url: 'https://a.example/feed', title: 'A & B' }]);
    expect(found.skipped).toHaveLength(3);
  });
});
