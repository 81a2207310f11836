import type { FeedEntry, FeedInfo, FeedLink, FeedPerson, Markup, ReadFeed } from '../../main/intake/feed/entry.ts';
import { htmlOf } from '../../main/intake/feed/to-records.ts';
import { readTime } from '../../main/intake/time.ts';

/** One `path == value` of a case's stated expectation. */
export interface Clause {
  path: (string | number)[];
  wanted: unknown;
}

/** The part of an expectation that is about these; the first name of a path decides. */
export const COMPARED = new Set([
  'title', 'title_detail', 'link', 'links', 'author', 'author_detail', 'authors',
  'content', 'summary', 'summary_detail', 'description', 'subtitle', 'subtitle_detail', 'tagline',
  'published', 'published_parsed', 'updated', 'updated_parsed', 'created', 'created_parsed', 'date', 'date_parsed',
]); // prettier-ignore

/** The clauses of an expectation in Python syntax, as far as they are equalities; null: none of them are. */
export function clausesOf(expectation: string): Clause[] {
  return expectation.split(/\s+and\s+(?![^']*'(?:[^']*'[^']*')*[^']*$)/).flatMap((part) =>
    clause(
      part
        .trim()
        .replace(/^\((.*)\)$/s, '$1')
        .trim(),
    ),
  );
}

function clause(text: string): Clause[] {
  const sides = /^(.*?)\s*==\s*(.*)$/s.exec(text);
  if (sides === null) return [];
  const [, left = '', right = ''] = sides;
  const path = pathOf(left);
  const wanted = literal(right.trim());
  return path === null || wanted === undefined ? [] : [{ path, wanted }];
}

function pathOf(text: string): (string | number)[] | null {
  if (!/^(?:feed|entries)\b/.test(text)) return null;
  const path: (string | number)[] = [];
  for (const match of text.matchAll(/^(feed|entries)|\['(\w+)'\]|\[(\d+)\]|\.(\w+)/g)) {
    const [whole, root, key, index, dotted] = match;
    if (whole === '') continue;
    path.push(root ?? key ?? dotted ?? Number(index));
  }
  const written = path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join('');
  return written.length > 0 ? path : null;
}

/** A Python string, number, tuple of numbers, None, True or False. */
function literal(text: string): unknown {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  if (/^-?\d+$/.test(text)) return Number(text);
  if (/^\([\d\s,]+\)$/.test(text)) return (text.match(/\d+/g) ?? []).map(Number);
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  return quoted === null ? undefined : unescape(quoted[2] ?? '');
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([nrt\\'"]))/gi, (_, u?: string, x?: string, c?: string) => {
    const code = u ?? x;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return ({ n: '\n', r: '\r', t: '\t' } as Record<string, string>)[c ?? ''] ?? c ?? '';
  });
}

/** What we read, under feedparser's names. */
export function asFeedparser(feed: ReadFeed): unknown {
  return { feed: infoView(feed.info), entries: feed.entries.map((entry) => entryView(entry, feed.info)) };
}

function infoView(info: FeedInfo): Record<string, unknown> {
  return {
    ...markupView('title', info.title, info),
    ...markupView('subtitle', info.description, info),
    ...markupView('tagline', info.description, info),
    ...markupView('description', info.description, info),
    link: info.link,
    links: linksView(info.links, info.link),
    ...timeView('published', info.published ?? info.created),
    ...timeView('created', info.created),
    ...authorView(info.authors),
    ...timeView('updated', info.updated),
    ...timeView('date', info.updated),
  };
}

function entryView(entry: FeedEntry, info: FeedInfo): Record<string, unknown> {
  const place = { language: entry.language ?? info.language, base: entry.base ?? info.base };
  const outside = entry.media.find((media) => media.url !== '')?.url;
  const content = entry.content === null ? [{ src: outside }] : [textView(entry.content, place)];
  return {
    ...markupView('title', entry.title, place),
    ...markupView('summary', entry.summary ?? entry.content, place),
    ...markupView('description', entry.content, place),
    content,
    link: entry.link,
    links: linksView(entry.links, entry.link),
    ...authorView(entry.authors.length > 0 ? entry.authors : info.authors),
    ...timeView('published', entry.published),
    ...timeView('updated', entry.updated ?? entry.published),
    ...timeView('created', entry.published),
    source: entry.from === null ? {} : infoView(entry.from),
  };
}

interface Place {
  language: string | null;
  base: string | null;
}

function markupView(name: string, markup: Markup | null, place: Place): Record<string, unknown> {
  if (markup === null) return {};
  const detail = textView(markup, place);
  return { [name]: detail['value'], [`${name}_detail`]: detail };
}

function textView(markup: Markup, place: Place): Record<string, unknown> {
  const value = markup.isHtml ? htmlOf(markup, place.base) : markup.value;
  const language = (markup.language ?? place.language)?.replace('_', '-') ?? null;
  return { value, type: markup.isHtml ? 'text/html' : 'text/plain', language };
}

function linksView(links: FeedLink[], own: string | null): unknown[] {
  if (links.length === 0) return own === null ? [] : [{ href: own, rel: 'alternate', type: 'text/html' }];
  return links.map((link) => ({ ...link, hreflang: link.language, type: link.type ?? 'text/html' }));
}

function authorView(authors: FeedPerson[]): Record<string, unknown> {
  const views = authors.map(({ name, email, url }) => ({ name, email, url, href: url }));
  const [first] = views;
  if (first === undefined) return { authors: [] };
  const { name, email } = first;
  return {
    author: name === null ? email : email === null ? name : `${name} (${email})`,
    author_detail: first,
    authors: views,
  };
}

function timeView(name: string, text: string | null): Record<string, unknown> {
  if (text === null) return {};
  const time = readTime(text);
  return { [name]: text, [`${name}_parsed`]: time === null ? null : new Date(time.at) };
}

/** Whether ours says what the clause wants; times are compared as moments, texts without regard to blanks. */
export function agrees(view: unknown, { path, wanted }: Clause): boolean {
  let value = view;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return wanted === null;
    value = (value as Record<string | number, unknown>)[step];
  }
  if (value instanceof Date) {
    if (!Array.isArray(wanted)) return false;
    const [y, mo, d, h, mi, s] = wanted as number[];
    return value.getTime() - value.getMilliseconds() === Date.UTC(y ?? 0, (mo ?? 1) - 1, d, h, mi, s);
  }
  if (wanted === null || wanted === '') return value === undefined || value === null || value === '';
  return same(String(value), String(wanted));
}

function same(a: string, b: string): boolean {
  return blanks(a) === blanks(b);
}

function blanks(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\s*\/>/g, '/>')
    .replaceAll('&amp;', '&')
    .trim();
}
