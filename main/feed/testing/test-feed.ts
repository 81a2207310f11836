import type { PostView } from '../../../protocol/owner/data.ts';
import type { FeedPage, Mix, MixEntry } from '../../../protocol/owner/feed.ts';
import type { Store } from '../../store/index.ts';
import { createFeed, type Feed } from '../feed.ts';
import type { FakeRuns } from './fake-sandbox.ts';
import type { FakeSource, StoredPost } from './fake-source.ts';

export const START = Date.UTC(2025, 5, 1, 12, 0, 30);

export const request = { order: 'mix', limit: 40 } as const;

export function entry(algorithm: string, more: Partial<MixEntry> = {}): MixEntry {
  return { entry: algorithm.replace('.', '-'), algorithm, enabled: true, weight: 1, settings: {}, ...more };
}

export function mix(...entries: MixEntry[]): Mix {
  return { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: 1000, maxAgeHours: null }, entries };
}

function view(id: string): PostView {
  return {
    id,
    uri: `https://town.example/posts/${id}`,
    url: null,
    author: { uri: 'https://town.example/@1', name: 'Person 1', handle: null, avatar: null, iFollow: false },
    source: 'town',
    published: 0,
    timeEstimated: false,
    title: null,
    html: '',
    text: `Post ${id}`,
    warning: null,
    language: null,
    sensitive: false,
    visibility: 'public',
    mine: false,
    replies: null,
    boosts: null,
    likes: null,
    media: [],
    cards: [],
    tags: [],
    inReplyTo: null,
    boostOf: null,
    quoteOf: null,
    acts: [],
  };
}

/** A feed over a real store's tables, with posts and algorithms of the test's own. */
export function feedOver(parts: {
  store: Pick<Store, 'read' | 'write'>;
  source: FakeSource;
  runs: FakeRuns;
  now: () => number;
}): Feed {
  const { store, source, runs, now } = parts;
  return createFeed({
    store,
    source,
    records: { postViews: async (ids) => ids.map(view) },
    market: runs.algorithms,
    sandbox: runs.sandbox,
    now,
    timeZone: async () => 'Europe/Berlin',
  });
}

export function ids(page: FeedPage): number[] {
  return page.items.map(({ post }) => Number(post.id));
}

export const POSTS: readonly StoredPost[] = [
  { id: 1, author: 1, likes: 1, replies: 9, text: 'about cats' },
  { id: 2, author: 2, likes: 5, replies: 1, text: 'about dogs' },
  { id: 3, author: 1, likes: 3, replies: 4, text: 'cats again' },
  { id: 4, author: 3, likes: NaN, replies: 2, text: 'nothing' },
];
