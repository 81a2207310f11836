import type { OwnerWord } from '../types.ts';
import { blueskyCharacters, fold } from './characters.ts';
import { KIND, type Finder, type Found, type PostText } from './finder.ts';
import { Scanner } from './scan.ts';

/** Languages whose posts Bluesky's client searches inside words; the bare code only. */
const INSIDE_LANGUAGES = new Set(['ja', 'zh', 'ko', 'th', 'vi']);

interface Pattern {
  word: number;
  /** In small letters. */
  value: string;
  tagOnly: boolean;
  /** Holds white space or punctuation, or is a single unit: found inside words whatever the language. */
  always: boolean;
}

/**
 * The rules that Bluesky's client (@atproto/api 0.19) is seen to follow, its slips included: only the post's first
 * language counts, and a token with a slash ends the search for words no longer than it.
 */
export class BlueskyRules implements Finder {
  readonly #patterns: readonly Pattern[];
  /** For posts in most languages, and for those that are searched inside words. */
  readonly #scanners: { readonly spaced: Scanner<Pattern>; readonly inside: Scanner<Pattern> };
  readonly #candidates: Uint8Array;

  constructor(words: readonly OwnerWord[]) {
    const characters = blueskyCharacters();
    this.#scanners = { spaced: new Scanner(characters), inside: new Scanner(characters) };
    this.#candidates = new Uint8Array(words.length);
    this.#patterns = words.map((word, index) => {
      const value = word.value.toLowerCase();
      return {
        word: index,
        value,
        tagOnly: !word.targets.includes('content'),
        always: value.length === 1 || /[\s\p{P}]/u.test(value),
      };
    });
    for (const pattern of this.#patterns) {
      if (pattern.tagOnly || pattern.value === '') continue;
      const folded = fold(pattern.value, characters);
      const [first = ''] = folded.split(/[\s\p{P}]+/u);
      for (const [name, scanner] of Object.entries(this.#scanners)) {
        if (pattern.always || name === 'inside') scanner.addInside(folded, pattern);
        if (first === '') continue;
        scanner.addWord(first, pattern);
        if (first === folded) scanner.addJoined(first, pattern);
      }
    }
  }

  find(post: PostText, found: Found): void {
    const inside = INSIDE_LANGUAGES.has(post.language);
    const scanner = inside ? this.#scanners.inside : this.#scanners.spaced;
    for (let segment = post.first; segment < post.last; segment++) {
      const kind = post.kind[segment] ?? KIND.content;
      const from = post.off[segment] ?? 0;
      const to = post.off[segment + 1] ?? from;
      if (kind === KIND.tag) this.#findTag(post, post.arena.slice(from, to).toLowerCase(), segment, found);
      if (kind === KIND.tag || kind === KIND.host || kind === KIND.warning) continue;
      let any = from === to;
      const note = (pattern: Pattern): void => {
        any = true;
        this.#candidates[pattern.word] = 1;
      };
      const slow = scanner.scan(post.arena, from, to, false, note, note, note);
      if (!any && !slow) continue;
      const text = post.arena.slice(from, to).toLowerCase();
      for (const pattern of this.#patterns) {
        const candidate = slow || from === to || pattern.value === '' || this.#candidates[pattern.word] === 1;
        this.#candidates[pattern.word] = 0;
        if (!candidate || pattern.tagOnly || !post.wanted(pattern.word)) continue;
        if (isIn(text, pattern, inside)) found(pattern.word, segment);
      }
    }
  }

  #findTag(post: PostText, tag: string, segment: number, found: Found): void {
    for (const { word, value } of this.#patterns) if (value === tag && post.wanted(word)) found(word, segment);
  }
}

function isIn(text: string, { value, always }: Pattern, inside: boolean): boolean {
  if ((always || inside) && text.includes(value)) return true;
  if (text === value) return true;
  if (value.length > text.length) return false;
  for (const token of text.split(/\s/u)) {
    if (token === value) return true;
    const bare = token.replace(/^\p{P}+/u, '').replace(/\p{P}+$/u, '');
    if (bare === value) return true;
    if (value.length > bare.length || !/\p{P}/u.test(bare)) continue;
    if (bare.includes('/')) return false;
    const parts = bare.split(/\p{P}+/u);
    if (parts.join(' ') === value || parts.join('') === value || parts.includes(value)) return true;
  }
  return false;
}
