/** Where a word is found: the first segment that shows it, per post and word. */
export type Found = (word: number, segment: number) => void;

/** One post's share of the batch's text. */
export interface PostText {
  arena: string;
  off: Uint32Array;
  kind: Uint8Array;
  /** Segments `first` up to, not including, `last`. */
  first: number;
  last: number;
  /** BCP 47 tag of the post's language; empty when unknown. */
  language: string;
  /** Whether a word is looked for in this post at all. */
  wanted: (word: number) => boolean;
}

/** Finds the owner's words in posts by one set of rules. */
export interface Finder {
  find(post: PostText, found: Found): void;
}

/** Positions in TEXT_KINDS. */
export const KIND = { content: 0, warning: 1, alt: 2, card: 3, tag: 4, host: 5, quote: 6 } as const;
