import { decodeHTML } from 'entities';
import { decodeText } from '../text-encoding.ts';

const FEED_TYPE = /^application\/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|json|xml)$|^text\/xml$/i;
/** A page names its feeds in its head. */
const LOOKED_AT = 512 * 1024;

/** The first feed that a web page says it has (a link of rel alternate), as a full address; null: none. */
export function findFeedLink(bytes: Uint8Array, charset: string | null, pageUrl: string): string | null {
  const { text } = decodeText(bytes.subarray(0, LOOKED_AT), charset);
  const baseHref = attribute(/<base\s[^<>]*>/i.exec(text)?.[0] ?? '', 'href');
  const base = baseHref !== null && URL.canParse(baseHref, pageUrl) ? new URL(baseHref, pageUrl).href : pageUrl;
  for (const [tag] of text.matchAll(/<link\s[^<>]*>/gi)) {
    const rel = attribute(tag, 'rel')?.toLowerCase().split(/\s+/) ?? [];
    const type = attribute(tag, 'type') ?? '';
    const href = attribute(tag, 'href');
    const isFeed = rel.includes('alternate') && FEED_TYPE.test(type.split(';')[0]?.trim() ?? '');
    if (isFeed && href !== null && URL.canParse(href, base)) return new URL(href, base).href;
  }
  return null;
}

function attribute(tag: string, name: string): string | null {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? null : decodeHTML(value.trim());
}
