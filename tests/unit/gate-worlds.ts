import type { Clause, Condition } from '../../protocol/contract/clause.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { clause } from '../../main/contracts/gate/testing/clauses.ts';
import { bodyOf } from '../../main/derive/index.ts';
import { createRandom, type Random } from './random.ts';

/** Two lockers that differ only in what a contract does not cover, and what is asked of both. */

export const ME = 'https://me.example/users/me';
export const NOW = Date.UTC(2026, 5, 15, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const PEOPLE = ['ann', 'bob', 'cyd', 'dan'].map((name) => `https://${name}.example/users/${name}`);
const WORDS = ['fox', 'dog', 'ünïcode', '東京', 'cat', 'owl', 'hen'];
const POST_FIELDS = [
  'id', 'source', 'published', 'updated', 'url', 'author', 'title', 'content', 'warning', 'language', 'inReplyTo',
  'thread', 'quoteOf', 'tags', 'mentions', 'links', 'media', 'replies', 'likes', 'sensitive', 'visibility', 'mine',
]; // prettier-ignore
const LANGUAGES = ['en', 'de'];

export function uriOf(number: number): string {
  return `https://ann.example/statuses/${number}`;
}

/** Fields of which the two lockers must agree for covered records, and which records are covered. */
export interface World {
  /** The widest clause; every contract of the world is within it. */
  readonly widest: Clause;
  /** The time is not granted, and nothing depends on it: it differs, too. */
  readonly timeless: boolean;
  readonly alike: ReadonlySet<string>;
}

export function drawWorld(random: Random): World {
  const timeless = random.chance(0.2);
  const fields = POST_FIELDS.filter((name) => random.chance(0.5) && !(timeless && name === 'published'));
  const granted = fields.length > 0 ? fields : ['content'];
  const filter: Condition[] = random.chance(0.6) ? [{ field: 'language', op: 'in', value: ['en', 'fr'] }] : [];
  const widest = clause({
    actions: ['read', 'query', 'subscribe', 'append'],
    fields: granted,
    filter,
    window: timeless || random.chance(0.5) ? {} : { rolling: 'P60D' },
    others_private: random.chance(0.3),
  });
  // Who wrote it and whom it is for decide whether a record is covered at all.
  const alike = new Set([...granted, ...filter.map(({ field }) => field), 'visibility', 'mine', 'id']);
  if (!timeless) alike.add('published');
  // A post with a warning is a sensitive one.
  if (alike.has('sensitive')) alike.add('warning');
  return { widest, timeless, alike };
}

/** A contract within the widest one. */
export function drawContract(random: Random, { widest, timeless }: World): Clause {
  const fields = widest.fields.filter(() => random.chance(0.8));
  const privilege = random.pick(['raw', 'raw', 'pseudonymous', timeless ? 'raw' : 'aggregate'] as const);
  const more: Condition[] = random.chance(0.3) ? [{ field: 'mine', op: 'eq', value: random.chance(0.5) }] : [];
  const isAggregate = privilege === 'aggregate';
  return {
    ...widest,
    fields: fields.length > 0 ? fields : widest.fields,
    actions: isAggregate ? ['query'] : widest.actions,
    filter: [...widest.filter, ...more],
    window: timeless || random.chance(0.7) ? widest.window : { ...widest.window, since: iso(NOW - 40 * DAY) },
    privileges: [privilege],
    granularity: {
      ...(isAggregate || (!timeless && random.chance(0.2)) ? { bucket: random.pick(['P1D', 'P7D'] as const) } : {}),
      ...(random.chance(0.5) ? { min_group: random.whole(1, 3) } : {}),
      ...(random.chance(0.2) ? { max_items: 3 } : {}),
    },
    rate: random.chance(0.2) ? { per_hour: 12, rows_per_day: 25, bytes_per_day: 20_000 } : {},
  };
}

/** What a covered record is drawn from: its body, and of that when it is said to be published. */
export interface Draws {
  readonly body: number;
  readonly time: number;
}

/** A covered record; `variant`: of what the contract does not cover. */
export function coveredPost(draws: Draws, variant: number, { alike, widest }: World, number: number): IntakeRecord {
  const { published } = postFields(createRandom(draws.time));
  const ours = postFields(createRandom(draws.body));
  if (published === undefined) delete ours['published'];
  else ours['published'] = published;
  const theirs = postFields(createRandom(variant));
  const fields = Object.fromEntries(
    POST_FIELDS.flatMap((name): [string, JsonObject[string]][] => {
      const value = (alike.has(name) ? ours : theirs)[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  if (widest.filter.length > 0) fields['language'] = 'en';
  if (!widest.others_private && fields['mine'] === false) fields['visibility'] = 'public';
  return recordFrom(fields, uriOf(number));
}

/** A record that the widest clause leaves out, for one reason or another. */
export function uncoveredRecord(random: Random, { widest }: World, number: number): IntakeRecord {
  const uri = `https://bob.example/statuses/${number}`;
  const fields: JsonObject = { ...postFields(random), mine: false };
  const reasons: (() => IntakeRecord)[] = [
    () => ({ ...recordFrom(fields, uri), datatype: 'social.message' }),
    () => ({
      ...recordFrom(fields, uri),
      datatype: 'social.profile',
      uri: random.pick(PEOPLE),
      mine: true,
      body: { type: 'Person', name: 'Me', preferredUsername: 'me' },
    }),
    () => ({
      ...recordFrom(fields, uri),
      datatype: 'social.reaction',
      mine: true,
      body: { type: random.pick(['Like', 'Ignore']), actor: ME, object: uriOf(random.whole(0, 12)) },
    }),
  ];
  if (widest.filter.length > 0) reasons.push(() => recordFrom({ ...fields, language: 'de' }, uri));
  if (!widest.others_private) reasons.push(() => recordFrom({ ...fields, visibility: 'direct' }, uri));
  if (widest.window.rolling !== undefined) {
    reasons.push(() => recordFrom({ ...fields, published: iso(NOW - 200 * DAY) }, uri));
  }
  return random.pick(reasons)();
}

function recordFrom(fields: JsonObject, uri: string): IntakeRecord {
  const { source, mine, published, ...body } = fields;
  const at = typeof published === 'string' ? Date.parse(published) : null;
  return {
    datatype: 'social.post',
    uri,
    source: typeof source === 'string' ? source : ME,
    published: at,
    publishedText: typeof published === 'string' ? published : null,
    timeEstimated: at === null,
    mine: mine === true,
    body: bodyOf('social.post', { ...body, id: uri }),
  };
}

function postFields(random: Random): JsonObject {
  const text = (): string => Array.from({ length: random.whole(1, 4) }, () => random.pick(WORDS)).join(' ');
  const some = (name: string, make: () => JsonObject[string]): JsonObject =>
    random.chance(0.7) ? { [name]: make() } : {};
  const isSensitive = random.chance(0.3);
  return {
    ...some('source', () => random.pick([ME, 'https://feed.example/rss'])),
    // Some are from the same bucket, so that there are groups.
    ...some('published', () =>
      iso(NOW - random.whole(0, random.chance(0.5) ? 4 : 50) * DAY - random.whole(0, 3) * HOUR),
    ),
    ...some('updated', () => iso(NOW - random.whole(0, 50) * HOUR)),
    ...some('url', () => `https://ann.example/@ann/${random.whole(1, 99)}`),
    ...some('author', () => random.pick(PEOPLE)),
    ...some('title', text),
    ...some('content', () => `<p>${text()}</p>`),
    ...(isSensitive ? some('warning', text) : {}),
    ...some('language', () => random.pick(LANGUAGES)),
    ...some('inReplyTo', () => uriOf(random.whole(0, 12))),
    ...some('thread', () => uriOf(random.whole(0, 3))),
    ...some('quoteOf', () => uriOf(random.whole(0, 12))),
    ...some('tags', () => [random.pick(WORDS)]),
    ...some('mentions', () => [random.pick(PEOPLE)]),
    ...some('links', () => ['https://news.example/1']),
    ...some('media', () => (random.chance(0.03) ? manyPictures(text()) : [picture(1, text())])),
    ...some('replies', () => random.whole(0, 5)),
    ...some('likes', () => random.whole(0, 5)),
    sensitive: isSensitive,
    visibility: random.pick(['public', 'unlisted', 'followers', 'direct']),
    mine: random.chance(0.4),
  };
}

function picture(number: number, alt: string): JsonObject {
  return { kind: 'image', url: `https://ann.example/${number}.png`, alt };
}

/** Described at such length that the index does not take it all. */
function manyPictures(words: string): JsonObject[] {
  const alt = `${words} `.repeat(1000).slice(0, 5000);
  return Array.from({ length: 60 }, (_, number) => picture(number, alt));
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** What an overlay may change of a covered record without touching what the world's clause covers. */
export function uncoveredEdit(random: Random, { alike }: World): JsonObject | null {
  const edits: [string, JsonObject][] = [
    ['content', { content: `<p>${random.pick(WORDS)} edited</p>` }],
    ['title', { name: random.pick(WORDS) }],
    ['likes', { likes: { type: 'Collection', totalItems: random.whole(6, 9) } }],
    ['inReplyTo', { inReplyTo: uriOf(random.whole(0, 12)) }],
    ['author', { attributedTo: random.pick(PEOPLE) }],
  ];
  const free = edits.filter(([name]) => !alike.has(name));
  return free.length === 0 ? null : random.pick(free)[1];
}

/** What the owner may change of a covered record, in both lockers alike. */
export function coveredEdit(random: Random): JsonObject {
  return random.pick<JsonObject>([
    { content: `<p>${random.pick(WORDS)} edited</p>` },
    { name: random.pick(WORDS) },
    { language: random.pick([...LANGUAGES, 'fr']) },
    { attributedTo: random.pick(PEOPLE) },
    { inReplyTo: uriOf(random.whole(0, 12)) },
    { summary: random.chance(0.5) ? random.pick(WORDS) : null },
    { to: [random.pick(['https://www.w3.org/ns/activitystreams#Public', 'urn:locker:nobody'])], cc: [] },
    { tag: [{ type: 'Hashtag', name: `#${random.pick(WORDS)}` }] },
    { likes: { type: 'Collection', totalItems: random.whole(0, 9) } },
  ]);
}

export type Asked =
  | { readonly kind: 'list'; readonly query: JsonObject; readonly goesOn: boolean }
  | { readonly kind: 'one'; readonly pick: number; readonly fields: string | undefined }
  | { readonly kind: 'count'; readonly query: JsonObject }
  | { readonly kind: 'aggregate'; readonly query: JsonObject }
  | { readonly kind: 'changes'; readonly limit: number; readonly fromStart: boolean }
  | { readonly kind: 'append'; readonly key: string; readonly fields: JsonObject };

const KINDS = ['list', 'list', 'list', 'one', 'count', 'aggregate', 'changes', 'changes', 'append'] as const;

/** A request, mostly within the contract. */
export function drawRequest(
  random: Random,
  { fields, filter, privileges }: Clause,
  pseudonyms: readonly string[],
): Asked {
  const field = (): string => (random.chance(0.85) ? random.pick(fields) : random.pick(POST_FIELDS));
  const condition = (): Condition => {
    const name = random.chance(0.3) ? 'language' : field();
    const value = valueFor(random, name, pseudonyms);
    return random.chance(0.8)
      ? { field: name, op: 'eq', value }
      : { field: name, op: random.pick(['gte', 'lte']), value };
  };
  const filterText = (): JsonObject =>
    random.chance(0.4) ? { filter: random.chance(0.95) ? JSON.stringify([condition()]) : '[{' } : {};
  const words = (): JsonObject =>
    random.chance(0.4) ? { q: random.pick([...WORDS, 'fox dog', '"cat owl"', '*']) } : {};
  const named = (): string[] => Array.from({ length: random.whole(1, 3) }, field);
  const isAggregate = privileges[0] === 'aggregate' && random.chance(0.8);
  switch (isAggregate ? 'aggregate' : random.pick(KINDS)) {
    case 'list':
      return {
        kind: 'list',
        query: {
          ...filterText(),
          ...words(),
          ...(random.chance(0.4) ? { fields: named().join(',') } : {}),
          ...(random.chance(0.5) ? { order: `${random.pick(['', '-'])}${field()}` } : {}),
          limit: random.whole(1, 6),
        },
        goesOn: random.chance(0.4),
      };
    case 'one':
      return {
        kind: 'one',
        pick: random.whole(0, 20),
        fields: random.chance(0.5) ? named().join(',') : undefined,
      };
    case 'count':
      return { kind: 'count', query: { ...filterText(), ...words() } };
    case 'aggregate':
      return {
        kind: 'aggregate',
        query: {
          ...filterText(),
          ...(random.chance(0.5) ? { by: field() } : {}),
          ...(random.chance(0.5) ? { bucket: random.pick(['PT1H', 'P1D', 'P7D', 'P28D']) } : {}),
          limit: random.whole(1, 20),
        },
      };
    case 'changes':
      return { kind: 'changes', limit: random.whole(1, 6), fromStart: random.chance(0.2) };
    case 'append': {
      const given = { ...postFields(random), source: undefined, mine: false };
      const own = Object.entries(given).filter(([name, value]) => value !== undefined && fields.includes(name));
      const record = Object.fromEntries(own) as JsonObject;
      if (filter.length > 0 && fields.includes('language')) record['language'] = 'en';
      return { kind: 'append', key: String(random.whole(1, 4)), fields: record };
    }
  }
}

function valueFor(random: Random, field: string, pseudonyms: readonly string[]): string | number | boolean {
  switch (field) {
    case 'published':
      return iso(NOW - random.whole(0, 50) * DAY).replace(/T.*/, random.pick(['T00:00:00Z', 'T10:00:00Z']));
    case 'language':
      return random.pick([...LANGUAGES, 'fr']);
    case 'sensitive':
    case 'mine':
      return random.chance(0.5);
    case 'visibility':
      return random.pick(['public', 'direct']);
    case 'author':
      return pseudonyms.length > 0 && random.chance(0.6) ? random.pick(pseudonyms) : random.pick(PEOPLE);
    default:
      return pseudonyms.length > 0 && random.chance(0.6) ? random.pick(pseudonyms) : uriOf(random.whole(0, 12));
  }
}
