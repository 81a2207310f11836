/**
 * The feed columns: everything an algorithm can be given about a post or its author, besides text.
 * The table is closed: a manifest that needs another name is invalid.
 */
export type ColumnType = 'f64' | 'u32' | 'u8';

export interface Column {
  readonly type: ColumnType;
  readonly unit: string;
  /** The value that means "not known" (NaN for counts: an unknown count is never 0). */
  readonly missing: number;
  /** Where it comes from: a record's field, or how it is worked out. */
  readonly from: string;
  /** What the owner reads: "reads how old a post is". */
  readonly label: string;
}

/** Missing value of row and author indexes. */
export const NO_ROW = 0xffffffff;

function column(type: ColumnType, unit: string, missing: number, from: string, label: string): Column {
  return { type, unit, missing, from, label };
}

export const POST_COLUMNS = {
  ageHours: column('f64', 'hours', NaN, 'published', 'how old a post is'),
  localHour: column(
    'u8',
    'hour 0–23',
    255,
    'published, in the owner’s time zone',
    'the hour of day a post was written',
  ),
  localDay: column(
    'u8',
    'day 0–6, Sunday first',
    255,
    'published, in the owner’s time zone',
    'the weekday a post was written',
  ),
  boostOfIdx: column(
    'u32',
    'number of the boosted post',
    NO_ROW,
    'boostOf, also where that post is not here',
    'which boosts repeat the same post',
  ),
  authorIdx: column('u32', 'author row', NO_ROW, 'author', 'which posts share an author'),
  personIdx: column('u32', 'person row', NO_ROW, 'author, joined accounts', 'which posts share a person'),
  personTag: column(
    'u32',
    'number of the person, the same in each feed',
    NO_ROW,
    'author, joined accounts; drawn by lot in this locker',
    'which posts share a person, also from visit to visit',
  ),
  threadIdx: column('u32', 'thread number', NO_ROW, 'thread', 'which posts share a conversation'),
  sourceIdx: column('u32', 'source number', NO_ROW, 'source', 'which source a post came from'),
  replyToRow: column('u32', 'post row', NO_ROW, 'inReplyTo', 'which post a reply answers'),
  boostOfRow: column('u32', 'post row', NO_ROW, 'boostOf', 'which post a boost repeats'),
  quoteOfRow: column('u32', 'post row', NO_ROW, 'quoteOf', 'which post a quote refers to'),
  replies: column('f64', 'count', NaN, 'replies', 'how many replies a post has'),
  boosts: column('f64', 'count', NaN, 'boosts', 'how many boosts a post has'),
  likes: column('f64', 'count', NaN, 'likes', 'how many likes a post has'),
  downs: column('f64', 'count', NaN, 'dislikes', 'how many down-votes a post has'),
  isReply: column('u8', '0 or 1', 0, 'inReplyTo', 'whether a post is a reply'),
  isBoost: column('u8', '0 or 1', 0, 'boostOf', 'whether a post is a boost'),
  hasMedia: column('u8', '0 or 1', 0, 'media', 'whether a post has pictures, sound or video'),
  mediaCount: column('u32', 'count', 0, 'media', 'how many pictures, sounds or videos a post has'),
  hasLink: column('u8', '0 or 1', 0, 'links', 'whether a post has a link'),
  chars: column('u32', 'characters', 0, 'content', 'how long a post is'),
  langIdx: column('u32', 'index into langs', NO_ROW, 'language', 'the language of a post'),
  sensitive: column('u8', '0 or 1', 0, 'sensitive, warning', 'whether a post is marked sensitive'),
  visibility: column(
    'u8',
    '0 public, 1 unlisted, 2 followers, 3 direct, 4 unknown',
    4,
    'visibility',
    'who a post was addressed to',
  ),
  mine: column('u8', '0 or 1', 0, 'mine', 'whether you wrote a post'),
  mentionsMe: column('u8', '0 or 1', 0, 'mentions', 'whether a post mentions you'),
  seenCount: column('u32', 'count', 0, 'activity.view', 'how often a post was on your screen'),
  myReplies30d: column(
    'f64',
    'count',
    0,
    'your replies to its author in 30 days',
    'how often you answered its author lately',
  ),
  myLikes30d: column('f64', 'count', 0, 'your likes of its author in 30 days', 'how often you liked its author lately'),
  myBoosts30d: column(
    'f64',
    'count',
    0,
    'your boosts of its author in 30 days',
    'how often you boosted its author lately',
  ),
} as const satisfies Record<string, Column>;

export const AUTHOR_COLUMNS = {
  followers: column('f64', 'count', NaN, 'followers', 'how many followers an author has'),
  following: column('f64', 'count', NaN, 'following', 'how many accounts an author follows'),
  posts: column('f64', 'count', NaN, 'posts', 'how many posts an author has written'),
  ageDays: column('f64', 'days', NaN, 'published of the account', 'how old an author’s account is'),
  iFollow: column('u8', '0 or 1', 0, 'social.follow', 'whether you follow an author'),
  followsMe: column('u8', '0 or 1', 0, 'social.follow', 'whether an author follows you'),
  medianEngagement: column(
    'f64',
    'reactions per post',
    NaN,
    'median of replies + boosts + likes over the author’s posts',
    'how much reaction an author’s posts usually get',
  ),
  myReplies: column(
    'f64',
    'acts, half after 30 days',
    0,
    'your replies to the author',
    'how often you answer an author',
  ),
  myBoosts: column('f64', 'acts, half after 30 days', 0, 'your boosts of the author', 'how often you boost an author'),
  myQuotes: column('f64', 'acts, half after 30 days', 0, 'your quotes of the author', 'how often you quote an author'),
  myLikes: column(
    'f64',
    'posts, half after 30 days',
    0,
    'posts of the author that you liked',
    'how often you like an author',
  ),
  mySeen: column(
    'f64',
    'posts, half after 30 days',
    0,
    'posts of the author that were on your screen',
    'how many posts of an author you have seen',
  ),
  myMore: column(
    'f64',
    'posts, half after 30 days',
    0,
    'posts of the author of which you wanted more',
    'how often you wanted more of an author',
  ),
  myLess: column(
    'f64',
    'posts, half after 30 days',
    0,
    'posts of the author of which you wanted less',
    'how often you wanted less of an author',
  ),
  lessDays: column(
    'f64',
    'whole days',
    NaN,
    'your last “less like this” about the author',
    'how long ago you wanted less of an author',
  ),
} as const satisfies Record<string, Column>;

export type PostColumn = keyof typeof POST_COLUMNS;
export type AuthorColumn = keyof typeof AUTHOR_COLUMNS;

export function isPostColumn(name: string): name is PostColumn {
  return Object.hasOwn(POST_COLUMNS, name);
}

export function isAuthorColumn(name: string): name is AuthorColumn {
  return Object.hasOwn(AUTHOR_COLUMNS, name);
}

export const POST_COLUMN_NAMES = Object.keys(POST_COLUMNS).filter(isPostColumn);
export const AUTHOR_COLUMN_NAMES = Object.keys(AUTHOR_COLUMNS).filter(isAuthorColumn);
