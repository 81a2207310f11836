import type { AtomFeed } from 'feedsmith';
import {
  NO_ENTRY,
  NO_INFO,
  person,
  personFromText,
  type FeedEntry,
  type FeedInfo,
  type FeedLink,
  type FeedMedia,
  type FeedPerson,
  type Markup,
  type ReadFeed,
} from './entry.ts';
import { mediaOf, mediaText } from './media.ts';

interface Link {
  href?: string;
  rel?: string;
  type?: string;
  title?: string;
  hreflang?: string;
  length?: number;
}
interface Text {
  value?: string;
  type?: string;
  xml?: { lang?: string; base?: string };
}

/** Atom 1.0 (RFC 4287) and 0.3. */
export function fromAtom(feed: AtomFeed.Feed<string>): ReadFeed {
  const info: FeedInfo = {
    ...infoOf(feed),
    title: markup(feed.title) ?? plainText(feed.dc?.titles?.[0]),
    created: feed.dcterms?.created?.[0] ?? null,
    published: feed.dcterms?.issued?.[0] ?? null,
    updated: feed.updated ?? feed.dcterms?.modified?.[0] ?? feed.dc?.dates?.[0] ?? null,
    authors: firstAuthors((feed.authors ?? []).map(personOf), (feed.dc?.creators ?? []).map(personFromText)),
    language: feed.xml?.lang ?? feed.dc?.languages?.[0] ?? null,
    base: feed.xml?.base ?? linkByRel(feed.links, 'self') ?? linkByRel(feed.links, 'alternate'),
  };
  return { format: 'atom', info, entries: (feed.entries ?? []).map((entry) => entryOf(entry, info)) };
}

function entryOf(entry: AtomFeed.Entry<string>, info: FeedInfo): FeedEntry {
  const content = markup(entry.content);
  const summary = markup(entry.summary) ?? htmlText(mediaText(entry.media)) ?? plainText(entry.itunes?.summary);
  const from = entry.source === undefined ? null : infoOf(entry.source);
  return {
    ...NO_ENTRY,
    id: entry.id ?? null,
    link: linkByRel(entry.links, 'alternate') ?? (isWeb(entry.id) ? (entry.id ?? null) : null),
    links: linksOf(entry.links),
    title: markup(entry.title) ?? plainText(entry.media?.title?.value),
    content: content ?? summary,
    summary: content === null ? null : summary,
    published: entry.published ?? entry.dcterms?.issued?.[0] ?? entry.dc?.dates?.[0] ?? null,
    updated: entry.updated ?? entry.dcterms?.modified?.[0] ?? null,
    authors: firstAuthors(
      (entry.authors ?? []).map(personOf),
      from?.authors ?? [],
      (entry.dc?.creators ?? []).map(personFromText),
      entry.itunes?.author === undefined ? [] : [personFromText(entry.itunes.author)],
    ),
    tags: (entry.categories ?? []).flatMap((category) => category.label ?? category.term ?? []),
    media: [...enclosures(entry.links), ...outside(entry.content), ...mediaOf(entry.media)],
    inReplyTo: entry.thr?.inReplyTos?.[0]?.ref ?? null,
    replies: entry.thr?.total ?? entry.slash?.comments ?? null,
    language: entry.content?.xml?.lang ?? entry.xml?.lang ?? null,
    base: entry.content?.xml?.base ?? entry.xml?.base ?? info.base,
    from,
  };
}

/** What a feed and the `source` of an entry share. */
function infoOf(feed: AtomFeed.Source<string>): FeedInfo {
  return {
    ...NO_INFO,
    id: feed.id ?? null,
    link: linkByRel(feed.links, 'alternate') ?? null,
    links: linksOf(feed.links),
    self: linkByRel(feed.links, 'self'),
    title: markup(feed.title),
    description: markup(feed.subtitle),
    updated: feed.updated ?? null,
    authors: (feed.authors ?? []).map(personOf),
    icon: feed.icon ?? feed.logo ?? null,
  };
}

/** A link without rel is an alternate (RFC 4287 section 4.2.7.2); text/html is preferred among several. */
export function linkByRel(links: Link[] | undefined, rel: string): string | null {
  const matching = (links ?? []).filter((link) => (link.rel ?? 'alternate') === rel && link.href !== undefined);
  const preferred = matching.find((link) => link.type === undefined || /html/.test(link.type));
  return preferred?.href ?? matching[0]?.href ?? null;
}

export function linksOf(links: Link[] | undefined): FeedLink[] {
  return (links ?? []).flatMap((link) =>
    link.href === undefined
      ? []
      : [
          {
            href: link.href,
            rel: link.rel ?? 'alternate',
            type: link.type ?? (link.rel === 'self' ? 'application/atom+xml' : null),
            title: link.title ?? null,
            language: link.hreflang ?? null,
            length: link.length ?? null,
          },
        ],
  );
}

export function personOf(value: AtomFeed.Person): FeedPerson {
  return person({ name: value.name ?? null, url: value.uri ?? null, email: value.email ?? null });
}

/** RFC 4287 sections 3.1 and 4.1.3: text, html, xhtml, or a media type, which is base64 unless it is text or XML. */
function markup(text: Text | undefined): Markup | null {
  if (text?.value === undefined) return null;
  const type = (text.type ?? 'text').trim().toLowerCase();
  const where = { language: text.xml?.lang, base: text.xml?.base };
  if (type === 'text' || type === 'text/plain') return { value: text.value, isHtml: false, ...where };
  const isText = !type.includes('/') || type.startsWith('text/') || /[/+]xml$/.test(type);
  const value = isText ? text.value : (base64Text(text.value) ?? text.value);
  return { value: value.replace(XHTML_DIV, '$1'), isHtml: true, ...where };
}

/** The `div` that XHTML content stands in, which some feeds write in escaped HTML too. */
const XHTML_DIV = /^\s*<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml">([^]*)<\/div>\s*$/;

/** The text behind base64, or null when it isn't base64 or not text. */
function base64Text(value: string): string | null {
  const packed = value.replace(/\s+/g, '');
  if (packed === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    return null;
  }
}

function enclosures(links: Link[] | undefined): FeedMedia[] {
  return (links ?? []).flatMap((link) =>
    link.rel === 'enclosure' && link.href !== undefined
      ? [{ url: link.href, type: link.type ?? null, medium: null, name: link.title ?? null }]
      : [],
  );
}

/** Content kept elsewhere. */
function outside(content: AtomFeed.Content | undefined): FeedMedia[] {
  if (content?.src === undefined) return [];
  return [{ url: content.src, type: content.type ?? null, medium: null, name: null }];
}

function plainText(value: string | undefined): Markup | null {
  return value === undefined ? null : { value, isHtml: false };
}

function htmlText(value: string | undefined): Markup | null {
  return value === undefined ? null : { value, isHtml: true };
}

function firstAuthors(...choices: FeedPerson[][]): FeedPerson[] {
  return choices.find((choice) => choice.length > 0) ?? [];
}

function isWeb(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//i.test(text);
}
