import type { FeedFormat } from './read-feed.ts';

/** Windows-1252 characters where C1 control characters stand: published by mistake since the nineties. */
const C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

export function withoutC1(text: string): string {
  return text.replace(/[\u0080-\u0084\u0086-\u009f]/g, (character) => C1[character.charCodeAt(0) - 0x80] ?? character);
}

/**
 * Gives elements of old RSS modules that the parser doesn't read the names of those it does: the author of a channel,
 * `dc:author`, and the full text as `fullitem` or as an XHTML `body`.
 */
export function withCurrentNames(text: string, format: FeedFormat): string {
  let out = text;
  if (/<dc:author[\s>]/i.test(out)) out = out.replace(/<(\/?)dc:author(?=[\s>])/gi, '<$1dc:creator');
  if (format !== 'rss') return out;
  // The oldest feeds have their items without a channel around them.
  if (!/<channel[\s>]/i.test(out)) {
    out = out.replace(/<rss(?:\s[^<>]*)?>/i, '$&<channel>').replace(/<\/rss\s*>/i, '</channel></rss>');
  }
  const firstItem = out.search(/<item[\s>]/i);
  const channel = firstItem === -1 ? out : out.slice(0, firstItem);
  if (/<author>/i.test(channel)) {
    out = channel.replace(/<(\/?)author>/gi, '<$1managingEditor>') + out.slice(channel.length);
  }
  if (/<(?:fullitem|(?:\w{1,20}:)?body)[\s>]/i.test(out) && !/content:encoded|<!\[CDATA\[/i.test(out)) {
    out = out.replace(/<(\/?)(?:fullitem|(?:\w{1,20}:)?body)(\s[^<>]*)?>/gi, '<$1content:encoded>');
  }
  return out;
}

/** A feed cut off or broken near its end, closed after the last entry that is whole; null: there is none to close after. */
export function mendEnd(text: string, format: FeedFormat): string | null {
  const root = /<((?:[\w-]+:)?(?:rss|feed|rdf))[\s>]/i.exec(text)?.[1];
  if (root === undefined) return null;
  const name = format === 'atom' ? 'entry' : 'item';
  const ends = [...text.matchAll(new RegExp(`</(?:[\\w-]+:)?${name}\\s*>`, 'gi'))].at(-1);
  const begins = text.search(new RegExp(`<(?:[\\w-]+:)?${name}[\\s>]`, 'i'));
  const cut = ends === undefined ? begins : ends.index + ends[0].length;
  if (cut <= 0) return null;
  const kept = text.slice(0, cut);
  const closesChannel = format === 'rss' && /<channel[\s>]/i.test(kept) && !/<\/channel\s*>/i.test(kept);
  return `${kept}${closesChannel ? '</channel>' : ''}</${root}>`;
}
