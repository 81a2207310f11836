import { z } from 'zod';

/**
 * How a field is treated when data leaves the locker: identifiers are replaced under pseudonymous access,
 * links and media are never released pseudonymously, text only when named.
 */
export type FieldClass = 'identifier' | 'link' | 'text' | 'media' | 'plain';

export interface Field {
  readonly class: FieldClass;
  /** May be filtered and sorted by. */
  readonly indexed: boolean;
}

function field(fieldClass: FieldClass, indexed = false): Field {
  return { class: fieldClass, indexed };
}

const common = {
  id: field('identifier', true),
  source: field('identifier', true),
  published: field('plain', true),
  updated: field('plain'),
  url: field('link'),
} as const;

const account = {
  ...common,
  name: field('text'),
  handle: field('identifier', true),
  bio: field('text'),
  avatar: field('media'),
  followers: field('plain'),
  following: field('plain'),
  posts: field('plain'),
} as const;

/** Datatype → its fields. Names are the ones services, screens and code use. */
export const DATATYPES = {
  'social.profile': account,
  'social.person': account,
  'social.post': {
    ...common,
    author: field('identifier', true),
    title: field('text'),
    content: field('text'),
    warning: field('text'),
    language: field('plain', true),
    inReplyTo: field('identifier', true),
    thread: field('identifier', true),
    boostOf: field('identifier', true),
    quoteOf: field('identifier', true),
    tags: field('text'),
    mentions: field('identifier'),
    links: field('link'),
    media: field('media'),
    replies: field('plain'),
    boosts: field('plain'),
    likes: field('plain'),
    sensitive: field('plain', true),
    visibility: field('plain', true),
    mine: field('plain', true),
  },
  'social.reaction': {
    ...common,
    author: field('identifier', true),
    kind: field('plain', true),
    object: field('identifier', true),
  },
  'social.follow': { ...common, author: field('identifier', true), object: field('identifier', true) },
  'social.mute': { ...common, author: field('identifier', true), object: field('identifier', true) },
  'social.block': { ...common, author: field('identifier', true), object: field('identifier', true) },
  'social.list': { ...common, name: field('text'), members: field('identifier') },
  'social.bookmark': { ...common, author: field('identifier', true), object: field('identifier', true) },
  'social.message': {
    ...common,
    author: field('identifier', true),
    content: field('text'),
    thread: field('identifier', true),
    recipients: field('identifier'),
  },
  'media.item': {
    ...common,
    author: field('identifier', true),
    name: field('text'),
    mediaType: field('plain', true),
    media: field('media'),
  },
  'activity.view': { ...common, object: field('identifier', true) },
  'activity.search': { ...common, content: field('text') },
  label: {
    ...common,
    author: field('identifier', true),
    object: field('identifier', true),
    value: field('plain', true),
  },
} as const satisfies Record<string, Record<string, Field>>;

export type Datatype = keyof typeof DATATYPES;

export const DATATYPE_NAMES = Object.keys(DATATYPES).filter(isDatatype);

/** True for a datatype of the table above (service-owned `x-…` datatypes come with their contract). */
export function isDatatype(value: string): value is Datatype {
  return Object.hasOwn(DATATYPES, value);
}

export const Datatype = z.enum([
  'social.profile',
  'social.person',
  'social.post',
  'social.reaction',
  'social.follow',
  'social.mute',
  'social.block',
  'social.list',
  'social.bookmark',
  'social.message',
  'media.item',
  'activity.view',
  'activity.search',
  'label',
] satisfies Datatype[]);

/** A datatype that a service brings with its contract: `x-<service host>.<name>`. */
export const ServiceDatatype = z
  .string()
  .max(160)
  .regex(/^x-[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z][A-Za-z0-9]*$/);
export type ServiceDatatype = z.infer<typeof ServiceDatatype>;

/** A datatype of the table above, or one that a service brought. */
export const AnyDatatype = z.union([Datatype, ServiceDatatype]);
export type AnyDatatype = z.infer<typeof AnyDatatype>;
