import { Parser } from 'htmlparser2';
import { clean } from './json-access.ts';

/** Longest text and HTML that is read; the body keeps all of it. */
export const TEXT_MAX = 100_000;
const HTML_MAX = 400_000;
const LINKS_MAX = 200;

export interface ReadHtml {
  /** Lines of plain text. */
  text: string;
  /** Addresses of links that lead elsewhere: neither mentions nor hashtags. */
  links: string[];
}

const BLOCKS = new Set(
  (
    'address article aside blockquote dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr li main nav ol p pre section table tr ul'
  ).split(' '),
);
const UNREAD = new Set(['script', 'style', 'template', 'noscript', 'iframe', 'object', 'svg', 'math', 'head', 'title']);
const INNER_LINK = /(?:^|\s)(?:mention|hashtag|u-url)(?:\s|$)/;

/** What a person reads of an HTML fragment, and where its links lead. */
export function readHtml(html: string): ReadHtml {
  if (!html.includes('<') && !html.includes('&')) return readPlain(html);
  const links: string[] = [];
  let text = '';
  let unread = 0;
  let paragraphs = 0;
  let preformatted = 0;
  const lineBreak = (): void => {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'pre') preformatted++;
      if (UNREAD.has(name)) unread++;
      else if (name === 'br') text += '\n';
      else if (name === 'p' && paragraphs++ > 0 && text !== '') {
        lineBreak();
        if (!text.endsWith('\n\n')) text += '\n';
      } else if (BLOCKS.has(name)) lineBreak();
      else if (name === 'a') addLink(links, attributes);
    },
    ontext(data) {
      if (unread === 0 && text.length < TEXT_MAX) text += preformatted > 0 ? data : data.replace(/[ \t\r\n\f]+/g, ' ');
    },
    onclosetag(name) {
      if (name === 'pre') preformatted = Math.max(0, preformatted - 1);
      if (UNREAD.has(name)) unread = Math.max(0, unread - 1);
      else if (BLOCKS.has(name)) lineBreak();
    },
  });
  parser.end(html.length > HTML_MAX ? html.slice(0, HTML_MAX) : html);
  return { text: tidy(text), links };
}

/** Plain text as it is, with the addresses in it as links. */
export function readPlain(text: string): ReadHtml {
  const tidied = tidy(text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text);
  return { text: tidied, links: bareLinks(tidied) };
}

/** Web addresses written out in a text. */
export function bareLinks(text: string): string[] {
  if (!text.includes('://')) return [];
  return (text.match(/https?:\/\/[^\s<>"']{3,2000}/gi) ?? [])
    .slice(0, LINKS_MAX)
    .map((link) => link.replace(/[.,;:!?)\]}…]{1,10}$/, ''));
}

function addLink(links: string[], attributes: Record<string, string>): void {
  const href = attributes['href'];
  if (href === undefined || links.length >= LINKS_MAX || href.length > 2048) return;
  const rel = attributes['rel'] ?? '';
  if (rel === 'tag' || rel.split(/\s+/, 10).includes('tag') || INNER_LINK.test(attributes['class'] ?? '')) return;
  if (/^https?:\/\//i.test(href)) links.push(href);
}

/** Without spaces around line ends, with at most one empty line in a row. Split rather than matched: always linear. */
function tidy(text: string): string {
  const cut = clean(text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text).replaceAll('\u00a0', ' ');
  if (!cut.includes('\n')) return cut.trim();
  const lines = cut.split('\n').map((line) => line.trim());
  return lines
    .filter((line, i) => line !== '' || lines[i - 1] !== '')
    .join('\n')
    .trim();
}

/** Host of a web address, lower case, without `www.`; null where there is none. */
export function hostOf(address: string): string | null {
  const match = /^[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^/?#@\s]{0,200}@)?(\[[0-9a-f:.]{2,45}\]|[^/?#:@\s]{1,253})/i.exec(
    address,
  );
  const host = match?.[1]?.toLowerCase();
  if (host === undefined) return null;
  return host.startsWith('www.') && host.length > 4 ? host.slice(4) : host;
}
