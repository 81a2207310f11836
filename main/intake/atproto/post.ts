import type { Json, JsonObject } from '../../../protocol/json.ts';
import { PUBLIC } from '../body.ts';
import { isObject, listOf, textOf } from '../json/read-json.ts';
import { profileUrl, richText } from './rich-text.ts';

/** Self-labels that Bluesky's clients cover (com.atproto.label.defs#selfLabels). */
const SENSITIVE = new Set(['porn', 'sexual', 'nudity', 'graphic-media', 'nsfl', 'gore']);

/** An app.bsky.feed.post record as an ActivityStreams Note. */
export function noteOf(record: JsonObject, did: string, key: string): JsonObject {
  const text = textOf(record['text']) ?? '';
  const { html, tags } = richText(text, record);
  const note: JsonObject = {
    type: 'Note',
    attributedTo: did,
    content: html,
    source: { content: text, mediaType: 'text/plain' },
    url: `${profileUrl(did)}/post/${key}`,
    to: [PUBLIC],
  };
  const published = textOf(record['createdAt']);
  if (published !== null) note['published'] = published;
  const langs = listOf(record['langs'])
    .map(textOf)
    .filter((lang) => lang !== null);
  const [lang] = langs;
  if (lang !== undefined) note['language'] = lang;
  if (isObject(record['reply'])) {
    const parent = refUri(record['reply']['parent']);
    const root = refUri(record['reply']['root']);
    if (parent !== null) note['inReplyTo'] = parent;
    if (root !== null) note['context'] = root;
  }
  const embed = embedOf(record['embed'], did);
  if (embed.quote !== null) note['quote'] = embed.quote;
  if (embed.attachments.length > 0) note['attachment'] = embed.attachments;
  if (tags.length > 0) note['tag'] = tags;
  const labels = isObject(record['labels']) ? listOf(record['labels']['values']) : [];
  const values = labels
    .map((label) => (isObject(label) ? textOf(label['val']) : null))
    .filter((value) => value !== null);
  if (values.length > 0) {
    note['labels'] = values;
    note['sensitive'] = values.some((value) => SENSITIVE.has(value));
  }
  return note;
}

/** URI of a strong reference, or of the bare links of the oldest records. */
export function refUri(ref: Json | undefined): string | null {
  return isObject(ref) ? textOf(ref['uri']) : textOf(ref);
}

interface Embed {
  attachments: JsonObject[];
  quote: string | null;
}

function embedOf(embed: Json | undefined, did: string): Embed {
  if (!isObject(embed)) return { attachments: [], quote: null };
  switch (textOf(embed['$type'])?.replace(/#main$/, '')) {
    case 'app.bsky.embed.images':
      return { attachments: listOf(embed['images']).flatMap((image) => imageOf(image, did)), quote: null };
    case 'app.bsky.embed.video':
      return { attachments: blobAttachment(embed['video'], did, 'Video', textOf(embed['alt'])), quote: null };
    case 'app.bsky.embed.external':
      return { attachments: cardOf(embed['external'], did), quote: null };
    case 'app.bsky.embed.record':
      return { attachments: [], quote: refUri(embed['record']) };
    case 'app.bsky.embed.recordWithMedia': {
      const media = embedOf(embed['media'], did);
      const quoted = isObject(embed['record']) ? refUri(embed['record']['record']) : null;
      return { attachments: media.attachments, quote: quoted };
    }
    default:
      return { attachments: [], quote: null };
  }
}

function imageOf(image: Json, did: string): JsonObject[] {
  return isObject(image) ? blobAttachment(image['image'], did, 'Image', textOf(image['alt'])) : [];
}

function blobAttachment(blob: Json | undefined, did: string, type: string, name: string | null): JsonObject[] {
  const cid = blobCid(blob);
  if (cid === null || !isObject(blob)) return [];
  const mediaType = textOf(blob['mimeType']);
  return [
    {
      type,
      url: blobUrl(did, cid),
      ...(mediaType === null ? {} : { mediaType }),
      ...(name === null ? {} : { name }),
    },
  ];
}

/** A link with its preview. */
function cardOf(external: Json | undefined, did: string): JsonObject[] {
  if (!isObject(external)) return [];
  const url = textOf(external['uri']);
  if (url === null) return [];
  const card: JsonObject = { type: 'Page', url };
  const title = textOf(external['title']);
  const description = textOf(external['description']);
  const thumb = blobCid(external['thumb']);
  if (title !== null) card['name'] = title;
  if (description !== null) card['summary'] = description;
  if (thumb !== null) card['image'] = { type: 'Image', url: blobUrl(did, thumb) };
  return [card];
}

/** Blobs name their content by `ref`, in the oldest records by `cid`. */
export function blobCid(blob: Json | undefined): string | null {
  if (!isObject(blob)) return null;
  if (isObject(blob['ref'])) return textOf(blob['ref']['$link']);
  return textOf(blob['cid']);
}

/** Where the account's server gives a blob out (com.atproto.sync.getBlob), through the entryway that knows them all. */
export function blobUrl(did: string, cid: string): string {
  return `https://bsky.social/xrpc/com.atproto.sync.getBlob?did=${encodeURIComponent(did)}&cid=${encodeURIComponent(cid)}`;
}
