import type { Json, JsonObject } from '../../../protocol/json.ts';
import { PUBLIC, putRecord } from '../body.ts';
import { fileSource, type FileContext, type Sink } from '../sink.ts';
import { readTime } from '../time.ts';
import type { FeedEntry, FeedInfo, FeedLink, FeedMedia, FeedPerson, Markup, ReadFeed } from './entry.ts';
import { absolute, absoluteAddresses, htmlFromText, textFromHtml } from './html.ts';

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S+$/i;
const MEDIA_TYPES = new Map([
  ['image', 'Image'],
  ['audio', 'Audio'],
  ['video', 'Video'],
]);

/** Writes a feed as the account it stands for, and each of its entries as a post. */
export function putFeed(sink: Sink, feed: ReadFeed, context: FileContext): void {
  const { info } = feed;
  const address = context.source ?? feedAddress(info) ?? fileSource(context.file);
  const account = accountOf(info, address);
  putRecord(
    sink,
    {
      datatype: 'social.person',
      uri: address,
      source: address,
      time: null,
      mine: false,
      // Without its time of change, which would make each poll look like news.
      body: { ...account, ...describe(info) },
    },
    context.file,
  );
  feed.entries.forEach((entry, index) => putEntry(sink, entry, info, address, account, `${context.file}[${index}]`));
}

function putEntry(
  sink: Sink,
  entry: FeedEntry,
  info: FeedInfo,
  address: string,
  account: JsonObject,
  where: string,
): void {
  const base = entry.base !== null && info.base !== null ? absolute(entry.base, info.base) : (entry.base ?? info.base);
  const link = entry.link === null ? null : absolute(entry.link, base);
  const content = entry.content === null ? null : htmlOf(entry.content, base);
  if (entry.title === null && content === null && entry.media.length === 0 && link === null && entry.id === null) {
    return sink.skip('an entry without title, text, link or media', where);
  }
  const body: JsonObject = { type: entry.title === null ? 'Note' : 'Article', to: [PUBLIC] };
  putName(body, entry.title, base);
  if (content !== null) {
    body['content'] = content;
    const language = entry.content?.language ?? entry.language ?? info.language;
    if (language !== null) body['language'] = language.replace('_', '-').slice(0, 35);
  }
  if (entry.summary !== null) body['preview'] = { type: 'Note', content: htmlOf(entry.summary, base) };
  if (link !== null) body['url'] = link;
  putLinks(body, entry.links, base);
  const authors = entry.authors.map((author) => authorOf(author, address));
  body['attributedTo'] = authors.length === 0 ? account : authors.length === 1 ? (authors[0] ?? account) : authors;
  putTime(body, 'published', entry.published);
  putTime(body, 'updated', entry.updated);
  if (entry.inReplyTo !== null) body['inReplyTo'] = entry.inReplyTo;
  if (entry.replies !== null) body['replies'] = { type: 'Collection', totalItems: entry.replies };
  const tags = [...new Set(entry.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
  if (tags.length > 0) body['tag'] = tags.map((name) => ({ type: 'Hashtag', name }));
  const media = distinctMedia(entry.media).map((item) => attachmentOf(item, base));
  if (media.length > 0) body['attachment'] = media;
  if (entry.from !== null) body['generator'] = accountOf(entry.from, feedAddress(entry.from) ?? address);
  putRecord(
    sink,
    {
      datatype: 'social.post',
      uri: entryUri(entry, link, address),
      source: address,
      time: entry.published ?? entry.updated,
      mine: false,
      body,
    },
    where,
  );
}

/** ActivityStreams times are RFC 3339; one that can't be read stays as it is. */
function putTime(body: JsonObject, member: string, text: string | null): void {
  if (text === null) return;
  const time = readTime(text);
  body[member] = time === null ? text.slice(0, 200) : new Date(time.at).toISOString();
}

/** The guid where it is a URI of its own, else the guid inside this feed, else the link. */
function entryUri(entry: FeedEntry, link: string | null, address: string): string | null {
  if (entry.id === null) return link;
  return ABSOLUTE.test(entry.id) ? entry.id : `${address}#${encodeURIComponent(entry.id)}`;
}

/** Where a feed is found: its own address, else its page, else its id, where that names it beyond its own file. */
export function feedAddress(info: FeedInfo): string | null {
  const web = [info.self, info.link, info.id].find((address) => address !== null && /^https?:\/\//i.test(address));
  return web ?? (info.id !== null && ABSOLUTE.test(info.id) ? info.id : null);
}

function accountOf(info: FeedInfo, address: string): JsonObject {
  const account: JsonObject = { type: 'Service', id: address };
  putName(account, info.title, info.base);
  if (info.link !== null) account['url'] = absolute(info.link, info.self);
  if (info.icon !== null) account['icon'] = { type: 'Image', url: absolute(info.icon, info.base) };
  return account;
}

function describe(info: FeedInfo): JsonObject {
  const out: JsonObject = {};
  if (info.description !== null) out['summary'] = htmlOf(info.description, info.base);
  putTime(out, 'published', info.created);
  const author = info.authors[0];
  if (author !== undefined) out['attributedTo'] = personBody(author);
  return out;
}

/** Authors of feeds seldom have an address: then they are named inside their feed. */
function authorOf(author: FeedPerson, address: string): JsonObject {
  const named = author.name ?? author.email ?? '';
  const id =
    author.url !== null && URL.canParse(author.url) ? author.url : `${address}#author=${encodeURIComponent(named)}`;
  return { ...personBody(author), id };
}

function personBody(author: FeedPerson): JsonObject {
  const out: JsonObject = { type: 'Person' };
  const name = author.name ?? author.email;
  if (name !== null) out['name'] = name;
  if (author.email !== null) out['email'] = author.email;
  if (author.url !== null) out['url'] = author.url;
  if (author.avatar !== null) out['icon'] = { type: 'Image', url: author.avatar };
  return out;
}

/** Links beside the entry's own page and its media: where it came from, what it is related to, other forms of it. */
function putLinks(body: JsonObject, links: FeedLink[], base: string | null): void {
  const others = links
    .filter(({ rel, href }) => rel !== 'enclosure' && absolute(href, base) !== body['url'])
    .map(({ href, rel, type, title, language, length }) => ({
      type: 'Link',
      href: absolute(href, base),
      rel,
      ...(type === null ? {} : { mediaType: type }),
      ...(title === null ? {} : { name: title }),
      ...(language === null ? {} : { hreflang: language }),
      ...(length === null ? {} : { length }),
    }));
  if (others.length > 0) body['links'] = others;
}

/** ActivityStreams names are plain text; a title with markup is kept beside it. */
function putName(body: JsonObject, title: Markup | null, base: string | null): void {
  if (title === null) return;
  const name = title.isHtml ? textFromHtml(title.value) : title.value.replace(/\s+/g, ' ').trim();
  if (name !== '') body['name'] = name;
  if (title.isHtml && name !== title.value) body['nameHtml'] = htmlOf(title, base);
}

export function htmlOf(markup: Markup, base: string | null): string {
  return markup.isHtml ? absoluteAddresses(markup.value, baseOf(markup, base)) : htmlFromText(markup.value);
}

function baseOf(markup: Markup, base: string | null): string | null {
  return markup.base === undefined ? base : absolute(markup.base, base);
}

function attachmentOf(media: FeedMedia, base: string | null): Json {
  const kind = media.medium ?? media.type?.split('/')[0] ?? '';
  const type = MEDIA_TYPES.get(kind) ?? 'Document';
  const out: JsonObject = { type, url: absolute(media.url, base) };
  if (media.type !== null) out['mediaType'] = media.type;
  if (media.name !== null) out['name'] = textFromHtml(media.name);
  return out;
}

function distinctMedia(media: FeedMedia[]): FeedMedia[] {
  const seen = new Set<string>();
  return media.filter((item) => !seen.has(item.url) && seen.add(item.url));
}
