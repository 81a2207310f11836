import type { JsonFeed } from 'feedsmith';
import {
  html,
  NO_ENTRY,
  NO_INFO,
  person,
  plain,
  type FeedEntry,
  type FeedInfo,
  type FeedMedia,
  type FeedPerson,
  type ReadFeed,
} from './entry.ts';

/** https://www.jsonfeed.org/version/1.1/ */
export function fromJsonFeed(feed: JsonFeed.Feed<string>): ReadFeed {
  const info: FeedInfo = {
    ...NO_INFO,
    link: feed.home_page_url ?? null,
    self: feed.feed_url ?? null,
    title: plain(feed.title),
    description: plain(feed.description),
    authors: (feed.authors ?? []).map(authorOf),
    icon: feed.icon ?? feed.favicon ?? null,
    language: feed.language ?? null,
    base: feed.feed_url ?? feed.home_page_url ?? null,
  };
  return { format: 'json', info, entries: (feed.items ?? []).map((item) => entryOf(item, info)) };
}

function entryOf(item: JsonFeed.Item<string>, info: FeedInfo): FeedEntry {
  const content = html(item.content_html) ?? plain(item.content_text);
  return {
    ...NO_ENTRY,
    id: item.id ?? null,
    link: item.url ?? item.external_url ?? null,
    title: plain(item.title),
    content: content ?? plain(item.summary),
    summary: content === null ? null : plain(item.summary),
    published: item.date_published ?? null,
    updated: item.date_modified ?? null,
    authors: (item.authors ?? []).map(authorOf),
    tags: item.tags ?? [],
    media: media(item),
    language: item.language ?? null,
    base: info.base,
  };
}

function media(item: JsonFeed.Item<string>): FeedMedia[] {
  const found: FeedMedia[] = [];
  if (item.image !== undefined) found.push({ url: item.image, type: null, medium: 'image', name: null });
  for (const attachment of item.attachments ?? []) {
    if (attachment.url === undefined) continue;
    found.push({
      url: attachment.url,
      type: attachment.mime_type ?? null,
      medium: null,
      name: attachment.title ?? null,
    });
  }
  return found;
}

function authorOf(author: JsonFeed.Author): FeedPerson {
  return person({ name: author.name ?? null, url: author.url ?? null, avatar: author.avatar ?? null });
}
