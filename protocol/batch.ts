import type { AuthorColumn, PostColumn } from './columns.ts';
import type { JsonObject } from './json.ts';

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
