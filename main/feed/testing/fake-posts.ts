import { NO_ROW } from '../../../protocol/columns.ts';
import { NO_ACTS, type AuthorFacts } from '../author-rows.ts';
import { NO_KEY, postSet, type PostContext, type PostFacts, type PostSet } from '../post-set.ts';

/** A post as tests write it; what is left out is unknown. Posts are given newest first. */
export interface FakePost {
  id?: number;
  seq?: number;
  published?: number;
  author?: number;
  source?: number;
  thread?: number;
  replyTo?: number;
  boostOf?: number;
  quoteOf?: number;
  likes?: number;
  boosts?: number;
  replies?: number;
  lang?: number;
  acts?: number;
  seenCount?: number;
  isReply?: boolean;
}

/** Time of the newest fake post. */
export const FAKE_NOW = Date.UTC(2025, 2, 3, 12);

/** Posts for tests: an hour apart unless said otherwise. */
export function fakePosts(posts: readonly FakePost[], context: Partial<PostContext> = {}): PostSet {
  return postSet(fakeFacts(posts), {
    authors: fakeAuthors(posts),
    langs: ['en', 'de'],
    blockedHosts: [],
    tagSalt: [1, 2],
    timeZone: 'UTC',
    ...context,
  });
}

export function fakeFacts(posts: readonly FakePost[]): PostFacts {
  const f64 = (value: (post: FakePost, row: number) => number | undefined): Float64Array =>
    Float64Array.from(posts, (post, row) => value(post, row) ?? NaN);
  const key = (value: (post: FakePost) => number | undefined): Float64Array =>
    Float64Array.from(posts, (post) => value(post) ?? NO_KEY);
  const u32 = (value: (post: FakePost) => number | undefined, missing: number): Uint32Array =>
    Uint32Array.from(posts, (post) => value(post) ?? missing);
  const u8 = (value: (post: FakePost) => number | undefined): Uint8Array =>
    Uint8Array.from(posts, (post) => value(post) ?? 0);
  const none = (): number => 0;
  return {
    n: posts.length,
    f64: {
      id: f64((post, row) => post.id ?? 1_000_000 - row),
      seq: f64((post) => post.seq ?? 1),
      published: f64((post, row) => post.published ?? FAKE_NOW - row * 3_600_000),
      ref: f64((post, row) => post.id ?? 1_000_000 - row),
      author: key((post) => post.author),
      thread: key((post) => post.thread),
      replyTo: key((post) => post.replyTo),
      boostOf: key((post) => post.boostOf),
      quoteOf: key((post) => post.quoteOf),
      replies: f64((post) => post.replies),
      boosts: f64((post) => post.boosts),
      likes: f64((post) => post.likes),
      downs: f64(() => NaN),
    },
    u32: {
      source: u32((post) => post.source, NO_ROW),
      lang: u32((post) => post.lang, NO_ROW),
      mediaCount: u32(none, 0),
      chars: u32(none, 0),
      seenCount: u32((post) => post.seenCount, 0),
    },
    u8: {
      isReply: u8((post) => Number(post.isReply ?? post.replyTo !== undefined)),
      isBoost: u8((post) => Number(post.boostOf !== undefined)),
      hasMedia: u8(none),
      hasLink: u8(none),
      sensitive: u8(none),
      visibility: u8(none),
      mine: u8(none),
      mentionsMe: u8(none),
      acts: u8((post) => post.acts),
    },
  };
}

/** An author for each key that the posts use. */
export function fakeAuthors(posts: readonly FakePost[]): Map<number, AuthorFacts> {
  const authors = new Map<number, AuthorFacts>();
  for (const { author } of posts) if (author !== undefined) authors.set(author, fakeAuthor(author));
  return authors;
}

export function fakeAuthor(key: number, facts: Partial<AuthorFacts> = {}): AuthorFacts {
  return {
    key,
    seq: 1,
    person: key,
    muted: false,
    blocked: false,
    uri: `https://town.example/@${String(key)}`,
    name: `Person ${String(key)}`,
    host: 'town.example',
    followers: NaN,
    following: NaN,
    posts: NaN,
    created: NaN,
    iFollow: false,
    followsMe: false,
    medianEngagement: NaN,
    myReplies30d: 0,
    myLikes30d: 0,
    myBoosts30d: 0,
    acts: NO_ACTS,
    lessAt: NaN,
    ...facts,
  };
}
