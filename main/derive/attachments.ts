import type { Json, JsonObject } from '../../protocol/json.ts';
import { hostOf, readHtml } from './html-text.ts';
import { firstOf, isObject, listOf, textOf, typeOf, uriText, urlOf } from './json-access.ts';

const ALT_MAX = 5000;
const MEDIA_MAX = 60;
const CARDS_MAX = 20;

export interface Media {
  kind: 'image' | 'video' | 'audio' | 'file';
  url: string;
  mediaType: string | null;
  alt: string | null;
}

export interface Card {
  url: string;
  host: string;
  title: string | null;
  description: string | null;
}

export interface Attached {
  media: Media[];
  cards: Card[];
}

const MEDIA_TYPES: Readonly<Record<string, Media['kind']>> = {
  Image: 'image',
  Video: 'video',
  Audio: 'audio',
  Document: 'file',
};
const LINK_TYPES = new Set(['Link', 'Page', 'Article', 'WebPage', 'Website', 'Bookmark']);

/** Media and link cards of a post: its attachments, its title picture, and the post itself where it is a medium. */
export function readAttachments(post: JsonObject, type: string): Attached {
  const media = new Map<string, Media>();
  const cards = new Map<string, Card>();
  const addMedia = (object: JsonObject, ownType: string): void => {
    const found = mediaOf(object, ownType);
    if (found !== null && media.size < MEDIA_MAX && !media.has(found.url)) media.set(found.url, found);
  };
  const addCard = (object: JsonObject): void => {
    const found = cardOf(object);
    if (found !== null && cards.size < CARDS_MAX && !cards.has(found.url)) cards.set(found.url, found);
  };
  if (type !== 'Document' && Object.hasOwn(MEDIA_TYPES, type)) addMedia(post, type);
  for (const item of listOf(post['attachment'])) {
    if (!isObject(item)) continue;
    const itemType = typeOf(item);
    if (LINK_TYPES.has(itemType)) addCard(item);
    else addMedia(item, itemType);
  }
  for (const item of listOf(post['image'])) if (isObject(item)) addMedia(item, 'Image');
  const preview = firstOf(post['preview']);
  if (isObject(preview) && LINK_TYPES.has(typeOf(preview))) addCard(preview);
  return { media: [...media.values()], cards: [...cards.values()] };
}

function mediaOf(object: JsonObject, type: string): Media | null {
  const link = mediaLink(object['url'] ?? object['href']);
  if (link === null) return null;
  const mediaType = textOf(object['mediaType'], 100) ?? link.mediaType;
  const kind = kindOf(mediaType, type);
  if (kind === null) return null;
  const alt = textOf(object['name'], ALT_MAX) ?? textOf(object['summary'], ALT_MAX);
  // The name of a post that is itself a medium is its title.
  return { kind, url: link.url, mediaType, alt: object['attributedTo'] === undefined ? alt : null };
}

function kindOf(mediaType: string | null, type: string): Media['kind'] | null {
  if (mediaType?.startsWith('image/') === true) return 'image';
  if (mediaType?.startsWith('video/') === true) return 'video';
  if (mediaType?.startsWith('audio/') === true) return 'audio';
  return Object.hasOwn(MEDIA_TYPES, type) ? (MEDIA_TYPES[type] ?? null) : null;
}

/** Of several renditions the first that is a picture, sound or video. */
function mediaLink(value: Json | undefined): { url: string; mediaType: string | null } | null {
  const all = listOf(value);
  const playable = all.find(
    (item) => isObject(item) && /^(?:image|video|audio)\//.test(textOf(item['mediaType'], 100) ?? ''),
  );
  const chosen = playable ?? all[0];
  if (isObject(chosen)) {
    const url = uriText(chosen['href']) ?? uriText(firstOf(chosen['url']));
    return url === null ? null : { url, mediaType: textOf(chosen['mediaType'], 100) };
  }
  const url = uriText(chosen);
  return url === null ? null : { url, mediaType: null };
}

function cardOf(object: JsonObject): Card | null {
  const url = uriText(firstOf(object['href'])) ?? urlOf(object['url']) ?? uriText(object['id']);
  const host = url === null ? null : hostOf(url);
  if (url === null || host === null) return null;
  const title = textOf(object['name'], 500);
  const description = textOf(object['summary'], 2000) ?? textOf(object['content'], 2000);
  return { url, host, title: plain(title), description: plain(description) };
}

function plain(text: string | null): string | null {
  return text === null ? null : readHtml(text).text || null;
}
