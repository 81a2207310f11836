import type { Json, JsonObject } from '../../protocol/json.ts';
import type { TextKind, Visibility } from '../../protocol/record.ts';
import { accountUri } from './account.ts';
import { readAttachments, type Card, type Media } from './attachments.ts';
import { bareLinks, hostOf, readHtml, readPlain, type ReadHtml } from './html-text.ts';
import { countOf, isObject, listOf, firstOf, textOf, typeOf, uriOf, urlOf } from './json-access.ts';
import { uriKey } from './uri-key.ts';
import { visibilityOf } from './visibility.ts';

const TITLE_MAX = 1000;
const WARNING_MAX = 5000;
const TAGS_MAX = 100;

export interface Segment {
  kind: TextKind;
  text: string;
}

/** What a post's body says, read once for the index, the feed and the screen. Null: not told. */
export interface PostFacts {
  type: string;
  title: string | null;
  /** As published; for plain text, escaped. */
  html: string;
  text: string;
  warning: string | null;
  language: string | null;
  sensitive: boolean;
  visibility: Visibility;
  url: string | null;
  inReplyTo: string | null;
  boostOf: string | null;
  quoteOf: string | null;
  /** The boosted or quoted object where the body carries it. */
  boosted: JsonObject | null;
  quoted: JsonObject | null;
  replies: number | null;
  boosts: number | null;
  likes: number | null;
  downs: number | null;
  tags: string[];
  /** Keys of the accounts mentioned, each once. */
  mentions: number[];
  links: string[];
  media: Media[];
  cards: Card[];
}

/** Types whose `summary` is an abstract; servers write content warnings into the `summary` of the others. */
const ABSTRACTED = new Set(['Article', 'Page', 'Event', 'Video', 'Audio', 'Document', 'Image']);

export function postFacts(body: JsonObject): PostFacts {
  const type = typeOf(body);
  const target = type === 'Announce' ? firstOf(body['object']) : undefined;
  const boosted = isObject(target) ? target : null;
  // A boost shows what it boosts: where the body carries that, it is what is read.
  const shown = boosted ?? (type === 'Announce' ? {} : body);
  const shownType = boosted === null ? type : typeOf(boosted);
  const abstract = isAbstracted(shown);
  const read = contentOf(shown, abstract);
  const warning = abstract ? null : warningOf(shown);
  const { tags, mentions, tagAddresses } = readTags(shown['tag']);
  const attached = readAttachments(shown, shownType);
  const quote = quoteOf(shown);
  const links = [...new Set([...read.links, ...attached.cards.map((card) => card.url)])];
  return {
    type,
    title: textOf(shown['name'], TITLE_MAX),
    html: read.html,
    text: read.text,
    warning,
    language: languageOf(shown),
    sensitive: shown['sensitive'] === true,
    visibility: visibilityOf(body),
    url: urlOf(shown['url']),
    inReplyTo: uriOf(shown['inReplyTo']),
    boostOf: type === 'Announce' ? uriOf(body['object']) : null,
    quoteOf: uriOf(quote),
    boosted,
    quoted: isObject(quote) ? quote : null,
    replies: countOf(shown['replies']),
    boosts: countOf(shown['shares']),
    likes: countOf(shown['likes']),
    downs: countOf(shown['dislikes']),
    tags,
    mentions: mentions.map(uriKey),
    links: links.filter((link) => !tagAddresses.has(link)),
    media: attached.media,
    cards: attached.cards,
  };
}

/** The texts of a post by kind, in reading order. */
export function segmentsOf(facts: PostFacts): Segment[] {
  const segments: Segment[] = [];
  const add = (kind: TextKind, text: string | null): void => {
    if (text !== null && text !== '') segments.push({ kind, text });
  };
  add('warning', facts.warning);
  if (facts.title !== facts.text) add('content', facts.title);
  add('content', facts.text);
  for (const media of facts.media) add('alt', media.alt);
  for (const card of facts.cards)
    add('card', [card.title, card.description].filter((part) => part !== null).join('\n'));
  for (const tag of facts.tags) add('tag', tag);
  for (const host of hostsOf(facts)) add('host', host);
  if (facts.quoted !== null) add('quote', contentOf(facts.quoted, true).text);
  return segments;
}

function hostsOf(facts: PostFacts): Set<string> {
  return new Set(facts.links.map(hostOf).filter((host) => host !== null));
}

interface Content extends ReadHtml {
  html: string;
}

function contentOf(object: JsonObject, summaryIsContent: boolean): Content {
  const { own, isHtml } = ownContent(object, summaryIsContent);
  if (own === null) return { html: '', text: '', links: [] };
  if (!isHtml) return { html: escapeLines(own), ...readPlain(own) };
  const read = readHtml(own);
  return { html: own, text: read.text, links: [...read.links, ...bareLinks(read.text).filter(isWhole)] };
}

function ownContent(object: JsonObject, summaryIsContent: boolean): { own: string | null; isHtml: boolean } {
  const own = longText(object['content']) ?? (summaryIsContent ? longText(object['summary']) : null);
  if (own !== null && object['mediaType'] !== 'text/plain' && object['mediaType'] !== 'text/markdown')
    return { own, isHtml: true };
  const source = object['source'];
  return { own: own ?? (isObject(source) ? longText(source['content']) : null), isHtml: false };
}

/** A post's content as published; plain text escaped. Null: none. */
export function htmlOf(object: JsonObject): string | null {
  const { own, isHtml } = ownContent(object, isAbstracted(object));
  return own === null || isHtml ? own : escapeLines(own);
}

/** A post's content as the plain text that it is found by. */
export function contentText(object: JsonObject): string {
  const { own, isHtml } = ownContent(object, isAbstracted(object));
  if (own === null) return '';
  return (isHtml ? readHtml(own) : readPlain(own)).text;
}

/** True where `summary` is an abstract rather than a warning. */
export function isAbstracted(object: JsonObject): boolean {
  return ABSTRACTED.has(typeOf(object)) && object['sensitive'] !== true;
}

/** Shortened addresses end in an ellipsis: they are names of links, not links. */
function isWhole(link: string): boolean {
  return !link.endsWith('…') && !link.endsWith('...');
}

function longText(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Plain text as HTML. */
export function escapeLines(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '').replaceAll('\n', '<br>');
}

/** The content warning that servers write into `summary`, as plain text. */
export function warningOf(object: JsonObject): string | null {
  const summary = textOf(object['summary'], WARNING_MAX);
  return summary === null ? null : readHtml(summary).text || null;
}

export interface Tags {
  tags: string[];
  /** Accounts mentioned, each once. */
  mentions: string[];
  tagAddresses: Set<string>;
}

/** Hashtags and mentions of a post. */
export function readTags(value: Json | undefined): Tags {
  const tags = new Set<string>();
  const mentions = new Set<string>();
  const tagAddresses = new Set<string>();
  for (const tag of listOf(value)) {
    if (typeof tag === 'string') {
      if (!tag.includes('://')) addTag(tags, tag);
      continue;
    }
    if (!isObject(tag)) continue;
    const type = typeOf(tag);
    const href = uriOf(tag);
    if (type === 'Emoji') continue;
    if (href !== null) tagAddresses.add(href);
    const name = textOf(tag['name'], 300);
    if (type === 'Mention') {
      const account = href ?? (name?.includes('@') === true ? `acct:${name.replace(/^@/, '')}` : null);
      if (account !== null && mentions.size < TAGS_MAX) mentions.add(accountUri(account));
    } else if (type === 'Hashtag' || type === '' || type === 'Object' || type === 'Note') {
      if (name !== null) addTag(tags, name);
    }
  }
  return { tags: [...tags], mentions: [...mentions], tagAddresses };
}

function addTag(tags: Set<string>, name: string): void {
  const text = name.replace(/^#/, '').trim().slice(0, 200);
  if (text !== '' && tags.size < TAGS_MAX) tags.add(text);
}

const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,4}$/i;

/** The quoted post, by its address or embedded. */
export function quoteOf(object: JsonObject): Json | undefined {
  return firstOf(object['quote'] ?? object['quoteUrl'] ?? object['quoteUri'] ?? object['_misskey_quote']);
}

/** BCP 47 tag from `language` or the one translation whose text is the content; null: not told. */
export function languageOf(object: JsonObject): string | null {
  const own = textOf(object['language'], 40);
  if (own !== null && LANGUAGE.test(own)) return canonical(own);
  const map = object['contentMap'] ?? object['nameMap'];
  if (!isObject(map)) return null;
  const entries = Object.entries(map).slice(0, 20);
  const found = entries.find(([, text]) => text === object['content']) ?? entries[0];
  const tag = found?.[0];
  return tag !== undefined && LANGUAGE.test(tag) ? canonical(tag) : null;
}

function canonical(tag: string): string | null {
  const dash = tag.indexOf('-');
  const language = dash < 0 ? tag.toLowerCase() : `${tag.slice(0, dash).toLowerCase()}${tag.slice(dash)}`;
  return language === 'und' ? null : language;
}
