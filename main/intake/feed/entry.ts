/** What the four feed formats have in common, before it becomes records. */

/** HTML as published, or plain text. */
export interface Markup {
  value: string;
  isHtml: boolean;
  language?: string | undefined;
  /** What relative addresses in it are relative to, where that differs from its surroundings. */
  base?: string | undefined;
}

export interface FeedLink {
  href: string;
  rel: string;
  type: string | null;
  title: string | null;
  language: string | null;
  length: number | null;
}

export interface FeedPerson {
  name: string | null;
  url: string | null;
  email: string | null;
  avatar: string | null;
}

export interface FeedMedia {
  url: string;
  type: string | null;
  /** image, audio, video, when the feed says so. */
  medium: string | null;
  name: string | null;
}

export interface FeedEntry {
  id: string | null;
  link: string | null;
  links: FeedLink[];
  title: Markup | null;
  content: Markup | null;
  summary: Markup | null;
  published: string | null;
  updated: string | null;
  authors: FeedPerson[];
  tags: string[];
  media: FeedMedia[];
  inReplyTo: string | null;
  replies: number | null;
  language: string | null;
  /** What relative addresses in it are relative to. */
  base: string | null;
  /** The feed it was taken over from. */
  from: FeedInfo | null;
}

export interface FeedInfo {
  id: string | null;
  link: string | null;
  links: FeedLink[];
  /** The feed's own address, as it states it. */
  self: string | null;
  title: Markup | null;
  description: Markup | null;
  /** When the feed began, where it says so. */
  created: string | null;
  published: string | null;
  updated: string | null;
  authors: FeedPerson[];
  icon: string | null;
  language: string | null;
  base: string | null;
}

export interface ReadFeed {
  format: 'rss' | 'atom' | 'rdf' | 'json';
  info: FeedInfo;
  entries: FeedEntry[];
}

export const NO_ENTRY: FeedEntry = {
  id: null,
  link: null,
  links: [],
  title: null,
  content: null,
  summary: null,
  published: null,
  updated: null,
  authors: [],
  tags: [],
  media: [],
  inReplyTo: null,
  replies: null,
  language: null,
  base: null,
  from: null,
};

export const NO_INFO: FeedInfo = {
  id: null,
  link: null,
  links: [],
  self: null,
  title: null,
  description: null,
  created: null,
  published: null,
  updated: null,
  authors: [],
  icon: null,
  language: null,
  base: null,
};

export function html(value: string | undefined | null): Markup | null {
  return value === undefined || value === null ? null : { value, isHtml: true };
}

export function plain(value: string | undefined | null): Markup | null {
  return value === undefined || value === null ? null : { value, isHtml: false };
}

export function person(parts: Partial<FeedPerson>): FeedPerson {
  return { name: null, url: null, email: null, avatar: null, ...parts };
}

/** "me@example.com (Name)", "Name (me@example.com)", "Name <me@example.com>": RSS puts both in one text. */
export function personFromText(text: string): FeedPerson {
  const email = /[^\s<>()"',]{1,64}@[^\s<>()"',]{1,255}/.exec(text)?.[0] ?? null;
  if (email === null) return person({ name: text.trim() || null });
  const name = text
    .replace(email, ' ')
    .replace(/mailto:/i, ' ')
    .replace(/[<>()"]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return person({ name: name === '' ? null : name, email });
}
