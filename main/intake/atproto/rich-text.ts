import type { Json, JsonObject } from '../../../protocol/json.ts';
import { isObject, listOf, textOf } from '../json/read-json.ts';
import { htmlFromText } from '../feed/html.ts';

export interface RichText {
  html: string;
  tags: JsonObject[];
}

interface Span {
  start: number;
  end: number;
  href: string;
  tag: JsonObject | null;
}

/**
 * A post's text with its facets (byte ranges, app.bsky.richtext.facet) or the older entities (UTF-16 ranges) as HTML,
 * and the mentions and hashtags they name.
 */
export function richText(text: string, record: JsonObject): RichText {
  const bytes = Buffer.from(text);
  const facets = listOf(record['facets']).flatMap((facet) => spansOf(facet));
  const entities = listOf(record['entities']).flatMap((entity) => spanOfEntity(entity, text));
  const spans = [...facets, ...entities]
    .filter((span) => span.start >= 0 && span.start < span.end && span.end <= bytes.length)
    .sort((a, b) => a.start - b.start);
  let html = '';
  let at = 0;
  const tags: JsonObject[] = [];
  for (const span of spans) {
    if (span.start < at) continue;
    const shown = bytes.subarray(span.start, span.end).toString();
    html += htmlFromText(bytes.subarray(at, span.start).toString());
    html += `<a href="${attribute(span.href)}">${htmlFromText(shown)}</a>`;
    if (span.tag !== null) tags.push({ ...span.tag, name: textOf(span.tag['name']) ?? shown });
    at = span.end;
  }
  html += htmlFromText(bytes.subarray(at).toString());
  // Tags that stand beside the text (since 2023).
  for (const tag of listOf(record['tags'])) {
    const name = textOf(tag);
    if (name !== null) tags.push({ type: 'Hashtag', name: `#${name}` });
  }
  return { html: `<p>${html}</p>`, tags };
}

function spansOf(facet: Json): Span[] {
  if (!isObject(facet) || !isObject(facet['index'])) return [];
  const { byteStart, byteEnd } = facet['index'];
  if (typeof byteStart !== 'number' || typeof byteEnd !== 'number') return [];
  for (const feature of listOf(facet['features'])) {
    const found = isObject(feature) ? meaning(feature) : null;
    if (found !== null) return [{ start: byteStart, end: byteEnd, ...found }];
  }
  return [];
}

function meaning(feature: JsonObject): { href: string; tag: JsonObject | null } | null {
  const uri = textOf(feature['uri']);
  const did = textOf(feature['did']);
  const tag = textOf(feature['tag']);
  if (uri !== null) return { href: uri, tag: null };
  if (did !== null) return { href: profileUrl(did), tag: { type: 'Mention', href: did } };
  if (tag !== null) {
    return { href: `https://bsky.app/hashtag/${encodeURIComponent(tag)}`, tag: { type: 'Hashtag', name: `#${tag}` } };
  }
  return null;
}

function spanOfEntity(entity: Json, text: string): Span[] {
  if (!isObject(entity) || !isObject(entity['index'])) return [];
  const { start, end } = entity['index'];
  const value = textOf(entity['value']);
  if (typeof start !== 'number' || typeof end !== 'number' || value === null) return [];
  const range = { start: Buffer.byteLength(text.slice(0, start)), end: Buffer.byteLength(text.slice(0, end)) };
  if (entity['type'] === 'mention')
    return [{ ...range, href: profileUrl(value), tag: { type: 'Mention', href: value } }];
  if (entity['type'] === 'link') return [{ ...range, href: value, tag: null }];
  return [];
}

export function profileUrl(did: string): string {
  return `https://bsky.app/profile/${did}`;
}

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
