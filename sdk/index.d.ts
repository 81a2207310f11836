/**
 * Types for authors of Data Locker algorithms: what an algorithm is given and what it gives.
 * Written by `node build/sdk.ts`; docs/writing-an-algorithm.md explains.
 */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

interface PostColumnTable {
  /** how old a post is: f64, hours; not known: NaN. */
  ageHours: never;
  /** the hour of day a post was written: u8, hour 0–23; not known: 255. */
  localHour: never;
  /** the weekday a post was written: u8, day 0–6, Sunday first; not known: 255. */
  localDay: never;
  /** which boosts repeat the same post: u32, number of the boosted post; not known: 0xffffffff. */
  boostOfIdx: never;
  /** which posts share an author: u32, author row; not known: 0xffffffff. */
  authorIdx: never;
  /** which posts share a person: u32, person row; not known: 0xffffffff. */
  personIdx: never;
  /** which posts share a person, also from visit to visit: u32, number of the person, the same in each feed; not known: 0xffffffff. */
  personTag: never;
  /** which posts share a conversation: u32, thread number; not known: 0xffffffff. */
  threadIdx: never;
  /** which source a post came from: u32, source number; not known: 0xffffffff. */
  sourceIdx: never;
  /** which post a reply answers: u32, post row; not known: 0xffffffff. */
  replyToRow: never;
  /** which post a boost repeats: u32, post row; not known: 0xffffffff. */
  boostOfRow: never;
  /** which post a quote refers to: u32, post row; not known: 0xffffffff. */
  quoteOfRow: never;
  /** how many replies a post has: f64, count; not known: NaN. */
  replies: never;
  /** how many boosts a post has: f64, count; not known: NaN. */
  boosts: never;
  /** how many likes a post has: f64, count; not known: NaN. */
  likes: never;
  /** how many down-votes a post has: f64, count; not known: NaN. */
  downs: never;
  /** whether a post is a reply: u8, 0 or 1; not known: 0. */
  isReply: never;
  /** whether a post is a boost: u8, 0 or 1; not known: 0. */
  isBoost: never;
  /** whether a post has pictures, sound or video: u8, 0 or 1; not known: 0. */
  hasMedia: never;
  /** how many pictures, sounds or videos a post has: u32, count; not known: 0. */
  mediaCount: never;
  /** whether a post has a link: u8, 0 or 1; not known: 0. */
  hasLink: never;
  /** how long a post is: u32, characters; not known: 0. */
  chars: never;
  /** the language of a post: u32, index into langs; not known: 0xffffffff. */
  langIdx: never;
  /** whether a post is marked sensitive: u8, 0 or 1; not known: 0. */
  sensitive: never;
  /** who a post was addressed to: u8, 0 public, 1 unlisted, 2 followers, 3 direct, 4 unknown; not known: 4. */
  visibility: never;
  /** whether you wrote a post: u8, 0 or 1; not known: 0. */
  mine: never;
  /** whether a post mentions you: u8, 0 or 1; not known: 0. */
  mentionsMe: never;
  /** how often a post was on your screen: u32, count; not known: 0. */
  seenCount: never;
  /** how often you answered its author lately: f64, count; not known: 0. */
  myReplies30d: never;
  /** how often you liked its author lately: f64, count; not known: 0. */
  myLikes30d: never;
  /** how often you boosted its author lately: f64, count; not known: 0. */
  myBoosts30d: never;
}
interface AuthorColumnTable {
  /** how many followers an author has: f64, count; not known: NaN. */
  followers: never;
  /** how many accounts an author follows: f64, count; not known: NaN. */
  following: never;
  /** how many posts an author has written: f64, count; not known: NaN. */
  posts: never;
  /** how old an author’s account is: f64, days; not known: NaN. */
  ageDays: never;
  /** whether you follow an author: u8, 0 or 1; not known: 0. */
  iFollow: never;
  /** whether an author follows you: u8, 0 or 1; not known: 0. */
  followsMe: never;
  /** how much reaction an author’s posts usually get: f64, reactions per post; not known: NaN. */
  medianEngagement: never;
  /** how often you answer an author: f64, acts, half after 30 days; not known: 0. */
  myReplies: never;
  /** how often you boost an author: f64, acts, half after 30 days; not known: 0. */
  myBoosts: never;
  /** how often you quote an author: f64, acts, half after 30 days; not known: 0. */
  myQuotes: never;
  /** how often you like an author: f64, posts, half after 30 days; not known: 0. */
  myLikes: never;
  /** how many posts of an author you have seen: f64, posts, half after 30 days; not known: 0. */
  mySeen: never;
  /** how often you wanted more of an author: f64, posts, half after 30 days; not known: 0. */
  myMore: never;
  /** how often you wanted less of an author: f64, posts, half after 30 days; not known: 0. */
  myLess: never;
  /** how long ago you wanted less of an author: f64, whole days; not known: NaN. */
  lessDays: never;
}

/** Columns of posts, by the names that `needs.post` takes. */
export type PostColumn = keyof PostColumnTable;
/** Columns of authors, by the names that `needs.author` takes. */
export type AuthorColumn = keyof AuthorColumnTable;

/** Kinds of text, by index: 0 content, 1 warning, 2 alt, 3 card, 4 tag, 5 host, 6 quote. */
export type TextKind = 'content' | 'warning' | 'alt' | 'card' | 'tag' | 'host' | 'quote';

/** Columns of one table, by storage type; a column not declared in the manifest's `needs` is absent. */
export interface Columns<Name extends string> {
  f64: Partial<Record<Name, Float64Array>>;
  u32: Partial<Record<Name, Uint32Array>>;
  u8: Partial<Record<Name, Uint8Array>>;
}

/**
 * Text of the batch as one arena. Segment s is `arena[off[s] .. off[s+1]]`, of kind `kind[s]` (index into TEXT_KINDS);
 * post p owns segments `postSeg[p] .. postSeg[p+1]`. `full`: arena is a string. `tokens`: ids of the batch's own dictionary
 * (equal ids, equal tokens; nothing else can be told from an id).
 */
export interface BatchText {
  arena: string | Uint32Array;
  off: Uint32Array;
  postSeg: Uint32Array;
  kind: Uint8Array;
}

/**
 * The labels in force: post p has the labels `post[postOff[p] .. postOff[p+1]]`, author a those of `author` between
 * `authorOff[a]` and `authorOff[a+1]`. A label is an index into `ctx.owner.labels`. Negated and expired ones are not here.
 */
export interface BatchLabels {
  postOff: Uint32Array;
  post: Uint32Array;
  authorOff: Uint32Array;
  author: Uint32Array;
}

/** The posts an algorithm sees in one call: `n` rows of columns. */
export interface Batch extends Columns<PostColumn> {
  n: number;
  /** One row per author, indexed by `u32.authorIdx`. */
  author: Columns<AuthorColumn> & { n: number };
  /** BCP 47 tags indexed by `u32.langIdx`; present when langIdx is declared. */
  langs?: readonly string[];
  text?: BatchText;
  /** Present when labels are declared. */
  labels?: BatchLabels;
}

/** One of the owner's muted words or phrases, as the blocker settings screen keeps it. */
export interface OwnerWord {
  value: string;
  /** Where it looks: text of the post, or its tags only. */
  targets: readonly ('content' | 'tag')[];
  /** 0 inform, 1 warn, 2 blur media, 3 hide. */
  severity: 0 | 1 | 2 | 3;
  /** Leaves posts of people the owner follows alone. */
  excludeFollowing: boolean;
  /** UTC milliseconds after which it no longer applies; null: never. */
  expiresAt: number | null;
  /** `needs.text: tokens` only: the phrase in the batch's token ids; `value` is then empty. */
  tokens?: number[];
}

/** A label that somebody the owner subscribed to puts on posts, accounts or hosts, with what the owner wants of it. */
export interface OwnerLabel {
  /** Name of the labeler or list. */
  source: string;
  value: string;
  about: 'post' | 'account' | 'host';
  /** What the owner decided: 0 inform, 1 warn, 2 blur media, 3 hide, -1 leave alone; null: not decided. */
  severity: -1 | 0 | 1 | 2 | 3 | null;
  /** What the label is usually taken for. */
  advised: 0 | 1 | 2 | 3;
}

/** The owner's lists an algorithm declared in `needs.owner`, and with `needs.labels` the labels that its batch has. */
export interface OwnerLists {
  words?: readonly OwnerWord[];
  hosts?: readonly string[];
  labels?: readonly OwnerLabel[];
}

export interface Ctx {
  /** UTC milliseconds of the snapshot: the only clock. */
  now: number;
  /** 32-bit seed, the same for the same snapshot. */
  seed: number;
  owner: OwnerLists;
  /** Kept by the core per mix entry, at most 64 KiB. */
  state?: Float64Array;
  apiVersion: 1;
}

/** Score per row, NaN: cannot score. */
export interface RankOut {
  score: Float64Array;
}

/** 0 inform, 1 warn, 2 blur media, 3 hide. */
export type Severity = 0 | 1 | 2 | 3;
/** 0 post, 1 author, 2 thread, 3 word, 4 host. */
export type BlockTarget = 0 | 1 | 2 | 3 | 4;

/** m decisions, parallel arrays; a row may appear more than once. */
export interface BlockOut {
  row: Uint32Array;
  severity: Uint8Array;
  target: Uint8Array;
  /** Index into the manifest's reasons, in the order of the manifest. */
  reason: Uint16Array;
  /** Row-major, stride = longest params of the manifest's reasons, NaN unused. */
  args: Float64Array;
}

/** n factors in 0..1. */
export interface DampOut {
  factor: Float64Array;
}

export interface ArrangeOut {
  /** A permutation of the rows given (0..n-1); the first is shown first. */
  order: Uint32Array;
  /** Index into the manifest's reasons per row of the batch, 65535: none. */
  reason?: Uint16Array;
}

/** rows × contributions, row-major, in the order of the manifest's `contributions`. */
export interface ExplainOut {
  contribution: Float64Array;
}

export interface FitOut {
  state: Float64Array;
}

/**
 * What an algorithm in the sandbox finds as `ctx`: the context, and the batch as objects for those who prefer them to columns.
 *
 * @public for authors; the shipped algorithms use columns
 */
export interface AlgorithmCtx extends Ctx {
  /**
   * One object per post: `index`, its columns by name, `author` (its columns) where authorIdx is declared, and `segments`
   * (`kind` and `text` each) where text is.
   */
  rows(batch: Batch): BatchRow[];
}

export type BatchRow = { readonly index: number } & { readonly [Name in PostColumn]?: number } & {
  readonly author?: { readonly index: number } & { readonly [Name in AuthorColumn]?: number };
  readonly segments?: readonly { readonly kind: number; readonly text: string | Uint32Array }[];
};

/** What an algorithm's module exports: `init` and `explain` are optional, and one of the four kinds' calls. */
export interface Algorithm {
  init?(settings: JsonObject, ctx: Ctx): void;
  score?(batch: Batch, ctx: Ctx): RankOut;
  decide?(batch: Batch, ctx: Ctx): BlockOut;
  dampen?(batch: Batch, ctx: Ctx): Float64Array;
  /** The batch's rows come in the order the feed has them so far. */
  arrange?(batch: Batch, ctx: Ctx): ArrangeOut;
  explain?(batch: Batch, ctx: Ctx, rows: Uint32Array): Float64Array;
  fit?(batch: Batch, ctx: Ctx): Float64Array;
}
