/** The owner's acts by kind, each counting half for every 30 days that it is older. */
export interface OwnActs {
  readonly myReplies: number;
  readonly myBoosts: number;
  readonly myQuotes: number;
  readonly myLikes: number;
  readonly mySeen: number;
  readonly myMore: number;
  readonly myLess: number;
}

export const NO_ACTS: OwnActs = { myReplies: 0, myBoosts: 0, myQuotes: 0, myLikes: 0, mySeen: 0, myMore: 0, myLess: 0 };

/** Facts of the authors in the window, found by the store's author key. Counts are NaN where unknown. */
export interface AuthorFacts {
  readonly key: number;
  readonly seq: number;
  /** Key shared by the accounts of one person. */
  readonly person: number;
  /** The owner's own rules about the person. */
  readonly muted: boolean;
  readonly blocked: boolean;
  readonly uri: string;
  readonly name: string;
  /** Host of the author's account, lower case; null: unknown. */
  readonly host: string | null;
  readonly followers: number;
  readonly following: number;
  readonly posts: number;
  /** When the account was made, UTC milliseconds; NaN: unknown. */
  readonly created: number;
  readonly iFollow: boolean;
  readonly followsMe: boolean;
  readonly medianEngagement: number;
  /** The owner's own replies, likes and boosts of the author in the last 30 days. */
  readonly myReplies30d: number;
  readonly myLikes30d: number;
  readonly myBoosts30d: number;
  /** What the owner did at any time, as sums that count as of `ACTS_AS_OF`. */
  readonly acts: OwnActs;
  /** When the owner last wanted less of the author, UTC milliseconds; NaN: never. */
  readonly lessAt: number;
}

/** Authors by key. */
export type AuthorRows = ReadonlyMap<number, AuthorFacts>;
