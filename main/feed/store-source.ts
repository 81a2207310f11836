import { z } from 'zod';
import type { AuthorRow, FeedColumns, OwnHistory, PostFactColumns, Store } from '../store/index.ts';
import { NO_ACTS, type AuthorFacts, type OwnActs } from './author-rows.ts';
import { NO_ROW } from '../../protocol/columns.ts';
import type { PostFacts } from './post-set.ts';
import type { WindowChanges, WindowRows, WindowSource } from './window-source.ts';

const HOUR = 3_600_000;
/** How far back the owner's reactions to an author count. */
const REACTIONS_MS = 30 * 24 * HOUR;

/** What the owner did about an author. */
interface Reacted {
  readonly replies: number;
  readonly likes: number;
  readonly boosts: number;
  readonly acts: OwnActs;
  readonly lessAt: number | null;
}

/** Kept since the first feed. */
export const TAG_SALT_KEY = 'feed.tag-salt';
const TagSalt = z.tuple([z.int(), z.int()]);

type Reactions = ReadonlyMap<number, Reacted>;

const NOTHING: Reacted = { replies: 0, likes: 0, boosts: 0, acts: NO_ACTS, lessAt: null };

/** The store's feed columns as a window's source. */
export function storeSource(store: Pick<Store, 'read'>): WindowSource {
  const langs: string[] = [];
  const places = new Map<string, number>();
  let salt: readonly [number, number] = [0, 0];
  /** Authors handed out so far, without what the owner did about them. */
  let authors = new Map<number, AuthorRow>();
  let reactions: { readonly since: number; readonly byAuthor: Reactions } = { since: NaN, byAuthor: new Map() };

  /** Each answer numbers its languages anew: they get the places they had before. */
  function placeOf(lang: string): number {
    const known = places.get(lang);
    if (known !== undefined) return known;
    const place = langs.push(lang) - 1;
    places.set(lang, place);
    return place;
  }

  function rowsOf(columns: FeedColumns, facts: readonly AuthorFacts[]): WindowRows {
    const langPlaces = columns.langs.map(placeOf);
    const posts = postFacts(columns.posts, (lang) => langPlaces[lang] ?? NO_ROW);
    return {
      facts: posts,
      authors: facts,
      langs: [...langs],
      blockedHosts: columns.blockedHosts,
      tagSalt: salt,
      seq: columns.seq,
    };
  }

  async function reactionsAt(now: number): Promise<Reactions> {
    const since = Math.floor(now / HOUR) * HOUR - REACTIONS_MS;
    const [lately, ever] = await Promise.all([
      store.read('feedColumns.myReactions', { since }),
      store.read('feedColumns.ownHistory', {}),
    ]);
    const byAuthor = new Map(ever.map((history) => [history.author, { ...NOTHING, ...reactedTo(history) }]));
    for (const { author, ...counts } of lately)
      byAuthor.set(author, { ...(byAuthor.get(author) ?? NOTHING), ...counts });
    reactions = { since, byAuthor };
    return byAuthor;
  }

  /** Authors whose own facts, or the owner's reactions to them, changed. */
  function changedAuthors(columns: FeedColumns, before: Reactions, now: Reactions): AuthorFacts[] {
    const changed = new Map(columns.authors.map((author) => [author.key, author]));
    for (const key of new Set([...before.keys(), ...now.keys()])) {
      const author = authors.get(key);
      if (author !== undefined && JSON.stringify(before.get(key)) !== JSON.stringify(now.get(key))) {
        changed.set(key, changed.get(key) ?? author);
      }
    }
    for (const [key, author] of changed) authors.set(key, author);
    return [...changed.values()].map((author) => authorFacts(author, now));
  }

  return {
    async load({ maxItems, now, among }) {
      const these = among && { sources: [...among.sources], authors: [...among.authors] };
      const [columns, byAuthor, kept] = await Promise.all([
        store.read('feedColumns.load', { maxItems, maxAgeMs: null, now, ...(these && { among: these }) }),
        reactionsAt(now),
        store.read('settings.get', { key: TAG_SALT_KEY }),
      ]);
      salt = TagSalt.parse(kept ?? [0, 0]);
      authors = new Map(columns.authors.map((author) => [author.key, author]));
      return rowsOf(
        columns,
        columns.authors.map((author) => authorFacts(author, byAuthor)),
      );
    },
    async since({ seq, now }): Promise<WindowChanges | null> {
      const columns = await store.read('feedColumns.since', { seq });
      if (columns.reload) return null;
      const before = reactions;
      const isOld = before.since !== Math.floor(now / HOUR) * HOUR - REACTIONS_MS;
      const byAuthor = columns.seq === seq && !isOld ? before.byAuthor : await reactionsAt(now);
      const facts = changedAuthors(columns, before.byAuthor, byAuthor);
      return { ...rowsOf(columns, facts), removed: Float64Array.from(columns.removed) };
    },
    texts: (ids) => store.read('feedColumns.texts', { ids: new Float64Array(ids) }),
  };
}

function postFacts({ n, f64, u32, u8 }: PostFactColumns, langPlace: (lang: number) => number): PostFacts {
  return {
    n,
    f64: {
      id: f64.id,
      seq: f64.seq,
      published: f64.published,
      ref: f64.ref,
      author: f64.author,
      thread: f64.thread,
      // Targets by key: one that arrives later is found without this post changing.
      replyTo: f64.replyToRef,
      boostOf: f64.boostOfRef,
      quoteOf: f64.quoteOfRef,
      replies: f64.replies,
      boosts: f64.boosts,
      likes: f64.likes,
      downs: f64.downs,
    },
    u32: {
      source: u32.source,
      lang: u32.lang.map((lang) => (lang === NO_ROW ? NO_ROW : langPlace(lang))),
      mediaCount: u32.mediaCount,
      chars: u32.chars,
      seenCount: u32.seenCount,
    },
    u8: {
      isReply: u8.isReply,
      isBoost: u8.isBoost,
      hasMedia: u8.hasMedia,
      hasLink: u8.hasLink,
      sensitive: u8.sensitive,
      visibility: u8.visibility,
      mine: u8.mine,
      mentionsMe: u8.mentionsMe,
      acts: u8.acts,
    },
  };
}

function authorFacts(author: AuthorRow, reactions: Reactions): AuthorFacts {
  const mine = reactions.get(author.key) ?? NOTHING;
  return {
    ...author,
    host: hostOf(author.uri),
    myReplies30d: mine.replies,
    myLikes30d: mine.likes,
    myBoosts30d: mine.boosts,
    acts: mine.acts,
    lessAt: mine.lessAt ?? NaN,
  };
}

function reactedTo({
  replies,
  boosts,
  quotes,
  likes,
  seen,
  more,
  less,
  lessAt,
}: OwnHistory): Pick<Reacted, 'acts' | 'lessAt'> {
  return {
    acts: {
      myReplies: replies,
      myBoosts: boosts,
      myQuotes: quotes,
      myLikes: likes,
      mySeen: seen,
      myMore: more,
      myLess: less,
    },
    lessAt,
  };
}

function hostOf(uri: string): string | null {
  const host = URL.parse(uri)?.hostname ?? '';
  return host === '' ? null : host.toLowerCase();
}
