import type { OwnerWord } from '../types.ts';
import { blueskyWord, isIn, type BlueskyWord } from './bluesky-match.ts';
import { blueskyCharacters } from './characters.ts';
import { endsWith } from './compare.ts';
import { KIND, type Finder, type Found, type PostText } from './finder.ts';
import { Scanner, type Candidates } from './scan.ts';

/** Languages whose posts Bluesky's client searches inside words; the bare code only. */
const INSIDE_LANGUAGES = new Set(['ja', 'zh', 'ko', 'th', 'vi']);

interface Pattern extends BlueskyWord {
  word: number;
  /** As the scanner folds it. */
  folded: string;
  tagOnly: boolean;
}

/**
 * Bluesky's rules, its slips included; only the post's first language counts. The scanner names the words that may be in
 * a segment; those are looked for in it by the rules.
 */
export class BlueskyRules implements Finder, Candidates<Pattern> {
  readonly #characters = blueskyCharacters();
  readonly #patterns: readonly Pattern[];
  readonly #spaced: Scanner<Pattern>;
  readonly #inside: Scanner<Pattern>;
  /** Words of the segment being read that may be in it. */
  readonly #named = new Set<Pattern>();
  /** Words without a character: no scan can name them. */
  readonly #empty: readonly Pattern[];
  #text = '';
  #from = 0;

  constructor(words: readonly OwnerWord[]) {
    this.#spaced = new Scanner<Pattern>(blueskyCharacters(), this);
    this.#inside = new Scanner<Pattern>(blueskyCharacters(), this);
    this.#patterns = words.map((word, index) => {
      const looked = blueskyWord(word.value);
      return {
        ...looked,
        word: index,
        folded: this.#characters.fold(looked.value),
        tagOnly: !word.targets.includes('content'),
      };
    });
    this.#empty = this.#patterns.filter(({ value }) => value === '');
    for (const pattern of this.#patterns) {
      if (pattern.tagOnly || pattern.value === '') continue;
      this.#inside.addInside(pattern.folded, pattern);
      if (pattern.always) this.#spaced.addInside(pattern.folded, pattern);
      const [first = ''] = pattern.folded.split(/[\s\p{P}]+/u);
      if (first === '') continue;
      for (const scanner of [this.#spaced, this.#inside]) {
        scanner.addWord(first, pattern);
        if (first === pattern.folded) scanner.addJoined(first, pattern);
      }
    }
    this.#spaced.ready();
    this.#inside.ready();
  }

  find(post: PostText, found: Found): void {
    const inside = INSIDE_LANGUAGES.has(post.language);
    const scanner = inside ? this.#inside : this.#spaced;
    for (let segment = post.first; segment < post.last; segment++) {
      const kind = post.kind[segment] ?? KIND.content;
      const from = post.off[segment] ?? 0;
      const to = post.off[segment + 1] ?? from;
      if (kind === KIND.tag) this.#findTag(post, post.arena.slice(from, to).toLowerCase(), segment, found);
      if (kind === KIND.tag || kind === KIND.host || kind === KIND.warning) continue;
      this.#text = post.arena;
      this.#from = from;
      this.#named.clear();
      for (const pattern of this.#empty) this.#named.add(pattern);
      const slow = scanner.scan(post.arena, from, to, false);
      // Case that one unit cannot show, and empty texts: every word is looked for.
      const named = slow || from === to ? this.#patterns : this.#named;
      const text = slow || from === to || this.#named.size > 0 ? post.arena.slice(from, to).toLowerCase() : '';
      for (const pattern of named)
        if (!pattern.tagOnly && post.wanted(pattern.word) && isIn(text, pattern, inside)) found(pattern.word, segment);
    }
  }

  word(pattern: Pattern): void {
    this.#named.add(pattern);
  }

  joined(pattern: Pattern): void {
    this.#named.add(pattern);
  }

  inside(pattern: Pattern, end: number): void {
    if (!this.#named.has(pattern) && endsWith(this.#text, this.#from, end, pattern.folded, this.#characters))
      this.#named.add(pattern);
  }

  #findTag(post: PostText, tag: string, segment: number, found: Found): void {
    for (const { word, value } of this.#patterns) if (value === tag && post.wanted(word)) found(word, segment);
  }
}
