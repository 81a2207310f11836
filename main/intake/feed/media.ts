import type { RssFeed } from 'feedsmith';
import type { FeedMedia, Markup } from './entry.ts';

type Media = NonNullable<RssFeed.Item<string>['media']>;
type Content = NonNullable<Media['contents']>[number];

/** Media RSS: contents, the first of each group (the rest are other sizes), and thumbnails where there is no content. */
export function mediaOf(media: Media | undefined): FeedMedia[] {
  if (media === undefined) return [];
  const title = media.title?.value ?? media.description?.value ?? null;
  const own = (media.contents ?? []).flatMap((content) => contentOf(content, title));
  const grouped = (media.groups ?? []).flatMap((group) => {
    const chosen = group.contents?.find((content) => content.isDefault === true) ?? group.contents?.[0];
    return chosen === undefined ? [] : contentOf(chosen, group.title?.value ?? title);
  });
  const found = [...own, ...grouped];
  if (found.length > 0) return found;
  const thumbnail = media.thumbnails?.[0]?.url ?? media.groups?.[0]?.thumbnails?.[0]?.url;
  return thumbnail === undefined ? [] : [{ url: thumbnail, type: null, medium: 'image', name: title }];
}

/** The text that stands for a missing description. */
export function mediaText(media: Media | undefined): string | undefined {
  return media?.description?.value ?? media?.groups?.[0]?.description?.value;
}

/** Media titles are plain text unless they say otherwise. */
export function mediaTitle(media: Media | undefined): Markup | null {
  const title = media?.title;
  return title?.value === undefined ? null : { value: title.value, isHtml: title.type === 'html' };
}

function contentOf(content: Content, title: string | null): FeedMedia[] {
  if (content.url === undefined) return [];
  return [
    {
      url: content.url,
      type: content.type ?? null,
      medium: content.medium ?? null,
      name: content.description?.value ?? content.title?.value ?? title,
    },
  ];
}
