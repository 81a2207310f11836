import type { RdfFeed, RssFeed } from 'feedsmith';
import {
  html,
  NO_ENTRY,
  NO_INFO,
  person,
  personFromText,
  type FeedEntry,
  type FeedInfo,
  type FeedMedia,
  type FeedPerson,
  type Markup,
  type ReadFeed,
} from './entry.ts';
import { linkByRel, linksOf, personOf } from './from-atom.ts';
import { mediaOf, mediaText, mediaTitle } from './media.ts';

type Item = RssFeed.Item<string>;
type Channel = RssFeed.Feed<string>;

/** RSS 0.9x and 2.0 with the modules that carry titles, authors, dates and content. */
export function fromRss(feed: Channel): ReadFeed {
  const info = channelInfo(feed);
  return { format: 'rss', info, entries: (feed.items ?? []).map((item) => entry(item, info)) };
}

/** RSS 0.90 and 1.0 (RDF): the same modules, fewer elements of its own. */
export function fromRdf(feed: RdfFeed.Feed<string>): ReadFeed {
  const info: FeedInfo = {
    ...NO_INFO,
    id: feed.rdf?.about ?? null,
    link: feed.link ?? null,
    links: linksOf(feed.atom?.links),
    self: linkByRel(feed.atom?.links, 'self'),
    title: html(feed.title ?? feed.dc?.titles?.[0]),
    description: html(feed.description ?? feed.dc?.descriptions?.[0]),
    created: feed.dcterms?.created?.[0] ?? null,
    published: feed.dcterms?.issued?.[0] ?? null,
    updated: feed.dc?.dates?.[0] ?? feed.dcterms?.modified?.[0] ?? null,
    authors: dublinAuthors(feed.dc?.creators ?? feed.dc?.publishers),
    icon: feed.image?.url ?? null,
    language: feed.dc?.languages?.[0] ?? feed.xml?.lang ?? null,
    base: feed.xml?.base ?? feed.link ?? null,
  };
  return { format: 'rdf', info, entries: (feed.items ?? []).map((item) => rdfEntry(item, info)) };
}

function channelInfo(feed: Channel): FeedInfo {
  const { dc, dcterms, itunes } = feed;
  return {
    ...NO_INFO,
    id: feed.atom?.id ?? null,
    link: feed.link ?? linkByRel(feed.atom?.links, 'alternate'),
    links: linksOf(feed.atom?.links),
    self: linkByRel(feed.atom?.links, 'self') ?? feed.sourceNs?.self ?? null,
    title: html(feed.title ?? dc?.titles?.[0] ?? itunes?.title),
    description: html(feed.description ?? dc?.descriptions?.[0] ?? itunes?.summary ?? itunes?.subtitle),
    created: dcterms?.created?.[0] ?? null,
    published: feed.pubDate ?? dcterms?.issued?.[0] ?? null,
    updated:
      dc?.dates?.[0] ?? dcterms?.modified?.[0] ?? feed.lastBuildDate ?? feed.atom?.updated ?? feed.pubDate ?? null,
    authors: firstAuthors(
      feed.managingEditor === undefined ? [] : [rssPerson(feed.managingEditor)],
      dublinAuthors(dc?.creators),
      itunes?.author === undefined ? [] : [personFromText(itunes.author)],
      (feed.atom?.authors ?? []).map(personOf),
      dublinAuthors(dc?.publishers),
      feed.webMaster === undefined ? [] : [rssPerson(feed.webMaster)],
    ),
    icon: feed.image?.url ?? itunes?.image ?? feed.googleplay?.image?.href ?? null,
    language: feed.language ?? dc?.languages?.[0] ?? feed.xml?.lang ?? null,
    base: feed.xml?.base ?? feed.link ?? null,
  };
}

function entry(item: Item, info: FeedInfo): FeedEntry {
  const { dc, dcterms, itunes, atom } = item;
  const permalink = item.guid?.value !== undefined && item.guid.isPermaLink !== false ? item.guid.value : null;
  const { content, summary } = texts([
    item.content?.encoded,
    item.description ?? mediaText(item.media),
    dc?.descriptions?.[0],
    itunes?.summary,
    itunes?.subtitle,
  ]);
  return {
    ...NO_ENTRY,
    id: item.guid?.value ?? atom?.id ?? null,
    link:
      item.link ?? linkByRel(atom?.links, 'alternate') ?? (permalink !== null && isWeb(permalink) ? permalink : null),
    links: linksOf(atom?.links),
    title: html(item.title ?? dc?.titles?.[0]) ?? mediaTitle(item.media) ?? html(itunes?.title),
    content,
    summary,
    published:
      item.pubDate ?? dcterms?.issued?.[0] ?? atom?.published ?? dc?.dates?.[0] ?? dcterms?.created?.[0] ?? null,
    updated: dcterms?.modified?.[0] ?? atom?.updated ?? null,
    authors: firstAuthors(
      (item.authors ?? []).map(rssPerson),
      dublinAuthors(dc?.creators),
      itunes?.author === undefined ? [] : [personFromText(itunes.author)],
      (atom?.authors ?? []).map(personOf),
      dublinAuthors(dc?.publishers),
    ),
    tags: [...(item.categories ?? []).flatMap((category) => category.name ?? []), ...(dc?.subjects ?? [])],
    media: [...enclosures(item), ...mediaOf(item.media), ...pictures(itunes?.image ?? item.googleplay?.image?.href)],
    inReplyTo: item.thr?.inReplyTos?.[0]?.ref ?? item.sourceNs?.inReplyTo?.value ?? null,
    replies: item.slash?.comments ?? item.thr?.total ?? null,
    language: item.xml?.lang ?? dc?.languages?.[0] ?? null,
    base: item.xml?.base ?? info.base,
    from:
      item.source === undefined
        ? null
        : { ...NO_INFO, title: html(item.source.title), self: item.source.url ?? null, link: item.source.url ?? null },
  };
}

function rdfEntry(item: RdfFeed.Item<string>, info: FeedInfo): FeedEntry {
  const { content, summary } = texts([item.content?.encoded, item.description, item.dc?.descriptions?.[0]]);
  return {
    ...NO_ENTRY,
    id: item.rdf?.about ?? null,
    link: item.link ?? null,
    title: html(item.title ?? item.dc?.titles?.[0]),
    content,
    summary,
    published: item.dc?.dates?.[0] ?? item.dcterms?.issued?.[0] ?? item.dcterms?.created?.[0] ?? null,
    updated: item.dcterms?.modified?.[0] ?? null,
    authors: firstAuthors(dublinAuthors(item.dc?.creators), dublinAuthors(item.dc?.publishers)),
    tags: item.dc?.subjects ?? [],
    media: mediaOf(item.media),
    replies: item.slash?.comments ?? null,
    language: item.xml?.lang ?? null,
    base: item.xml?.base ?? info.base,
  };
}

/** The fullest text is the content; a different one beside it is its summary. */
function texts(candidates: (string | undefined)[]): { content: Markup | null; summary: Markup | null } {
  const [content, ...others] = candidates.filter((text) => text !== undefined);
  const summary = others.find((text) => text !== content);
  return { content: html(content), summary: html(summary) };
}

function enclosures(item: Item): FeedMedia[] {
  return (item.enclosures ?? []).flatMap((enclosure) =>
    enclosure.url === undefined ? [] : [{ url: enclosure.url, type: enclosure.type ?? null, medium: null, name: null }],
  );
}

function pictures(url: string | undefined): FeedMedia[] {
  return url === undefined ? [] : [{ url, type: null, medium: 'image', name: null }];
}

function rssPerson(value: RssFeed.Person): FeedPerson {
  if (value.email !== undefined || value.name === undefined) {
    return person({ name: value.name ?? null, email: value.email ?? null, url: value.link ?? null });
  }
  return { ...personFromText(value.name), url: value.link ?? null };
}

function dublinAuthors(names: string[] | undefined): FeedPerson[] {
  return (names ?? []).map(personFromText);
}

function firstAuthors(...choices: FeedPerson[][]): FeedPerson[] {
  return choices.find((choice) => choice.length > 0) ?? [];
}

function isWeb(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
