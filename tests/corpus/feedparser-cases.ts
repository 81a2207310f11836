import type { FeedEntry, FeedInfo, FeedLink, FeedPerson, Markup, ReadFeed } from '../../main/intake/feed/entry.ts';
import { htmlOf } from '../../main/intake/feed/to-records.ts';
import { readTime } from '../../main/intake/time.ts';

/** One condition of a case's stated expectation. */
export interface Clause {
  path: (string | number)[];
  /** equals: the value; length: how many; code: its one character; missing: there is none. */
  test: 'equals' | 'length' | 'code' | 'missing';
  wanted: unknown;
}

/** What is compared; the first name of a path decides. */
const COMPARED = new Set([
  'title', 'title_detail', 'link', 'links', 'author', 'author_detail', 'authors',
  'content', 'summary', 'summary_detail', 'description', 'subtitle', 'subtitle_detail', 'tagline',
  'published', 'published_parsed', 'updated', 'updated_parsed', 'created', 'created_parsed', 'date', 'date_parsed',
]); // prettier-ignore

/** The clauses of an expectation in Python that are about title, link, date, author or content. */
export function comparedClauses(expectation: string): Clause[] {
  return partsOf(expectation)
    .flatMap((part) =>
      clause(
        part
          .trim()
          .replace(/^\((.*)\)$/s, '$1')
          .trim(),
      ),
    )
    .filter(({ path }) => COMPARED.has(String(path.find((step) => typeof step === 'string' && !PLACES.has(step)))));
}

const PLACES = new Set(['feed', 'entries', 'source']);

/** Splits at `and` outside quotes. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\\') at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (/^\sand\s/.test(text.slice(at, at + 5))) {
      parts.push(text.slice(from, at));
      from = at + 5;
    }
  }
  return [...parts, text.slice(from)];
}

function clause(text: string): Clause[] {
  const missing = /^not (.*)\.has_key\('(\w+)'\)$/.exec(text);
  if (missing !== null) return one(`${missing[1] ?? ''}['${missing[2] ?? ''}']`, 'missing', null);
  const sides = text.split(/\s*==\s*/);
  const right = sides.pop() ?? '';
  const wanted = literal(right.trim());
  if (wanted === undefined) return [];
  return sides.flatMap((left) => {
    const inner = /^(len|ord)\((.*)\)$/.exec(left);
    return one(inner?.[2] ?? left, inner === null ? 'equals' : inner[1] === 'len' ? 'length' : 'code', wanted);
  });
}

function one(left: string, test: Clause['test'], wanted: unknown): Clause[] {
  const path = pathOf(left);
  return path === null ? [] : [{ path, test, wanted }];
}

function pathOf(text: string): (string | number)[] | null {
  if (!/^(?:feed|entries)\b/.test(text)) return null;
  return Array.from(text.matchAll(/^(feed|entries)|\['(\w+)'\]|\[(\d+)\]|\.(\w+)/g), ([, root, key, index, dotted]) => {
    return root ?? key ?? dotted ?? Number(index);
  });
}

/** A Python string, number, tuple of numbers, dictionary of strings, None, True or False. */
function literal(text: string): unknown {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  if (/^-?\d+$/.test(text)) return Number(text);
  if (/^\([\d\s,]+\)$/.test(text)) return (text.match(/\d+/g) ?? []).map(Number);
  if (/^\{.*\}$/.test(text)) {
    const pairs = text.matchAll(/'(\w+)':\s*'([^']*)'/g);
    return Object.fromEntries(Array.from(pairs, ([, key, value]) => [key, value]));
  }
  const quoted = /^("""|['"])(.*)\1$/s.exec(text);
  return quoted === null ? undefined : unescape(quoted[2] ?? '');
}

const CONTROLS = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function unescape(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([nrt\\'"]))/gi,
    (_, u?: string, x?: string, c: string = '') => {
      const code = u ?? x;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return CONTROLS.get(c) ?? c;
    },
  );
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
export function agrees(view: unknown, { path, test, wanted }: Clause): boolean {
  let value = view;
  for (const step of path) value = isRecord(value) ? value[step] : undefined;
  switch (test) {
    case 'missing':
      return isNothing(value);
    case 'length':
      return Array.isArray(value) && value.length === wanted;
    case 'code':
      return typeof value === 'string' && value.length === 1 && value.charCodeAt(0) === wanted;
    case 'equals':
      return equals(value, wanted);
  }
}

function equals(value: unknown, wanted: unknown): boolean {
  if (value instanceof Date) return Array.isArray(wanted) && isMoment(value, wanted.map(Number));
  if (wanted === null || wanted === '') return isNothing(value);
  if (isRecord(value)) return isRecord(wanted) && Object.keys(wanted).every((key) => equals(value[key], wanted[key]));
  const known = typeof value === 'string' || typeof value === 'number';
  return (
    known && (typeof wanted === 'string' || typeof wanted === 'number') && blanks(`${value}`) === blanks(`${wanted}`)
  );
}

function isMoment(value: Date, [y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0]: number[]): boolean {
  return Math.floor(value.getTime() / 1000) * 1000 === Date.UTC(y, mo - 1, d, h, mi, s);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Blanks, the blank in `<br />` and a bare ampersand make no difference. */
function blanks(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\s*\/>/g, '/>')
    .replaceAll('&amp;', '&')
    .trim();
}
