import type { OwnerWord } from '../types.ts';
import { fold, ownCharacters, WORD, type Characters } from './characters.ts';
import { endsWith, phraseEnd, sameLetters, startsWith } from './compare.ts';
import { KIND, type Finder, type Found, type PostText } from './finder.ts';
import { Scanner } from './scan.ts';
import { tidyWord } from './tidy.ts';

/** Scripts written without spaces between words, and Korean, whose particles follow the word without one. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

interface Pattern {
  word: number;
  /** Looks at tags only. */
  tagOnly: boolean;
  /** The folded value, for what is found inside words. */
  inside: string;
  /** The folded words of the value; empty: it is found anywhere, also inside words. */
  parts: readonly string[];
  /** The parts as one. */
  letters: string;
  /** Punctuation and symbols at the ends of the value: `.` of `.net`, `++` of `c++`. */
  lead: string;
  trail: string;
}

function isWord(unit: number, { info, learn }: Characters): boolean {
  return ((info[unit] || learn(unit)) & WORD) !== 0;
}

function patternOf(word: number, { value, targets }: OwnerWord, characters: Characters): Pattern | undefined {
  const asTag = /^[#＃]\S/u.test(value.trim()) && !/^#\ufe0f/u.test(value.trim());
  const plain = fold(tidyWord(value).normalize('NFC'), characters).trim();
  if (plain === '') return undefined;
  const parts: string[] = [];
  let from = -1;
  let first = plain.length;
  let end = 0;
  for (let at = 0; at <= plain.length; at++) {
    if (at < plain.length && isWord(plain.charCodeAt(at), characters)) {
      if (from < 0) from = at;
      continue;
    }
    if (from >= 0) {
      parts.push(plain.slice(from, at));
      first = Math.min(first, from);
      end = at;
    }
    from = -1;
  }
  const anywhere = parts.length === 0 || UNSPACED.test(plain);
  return {
    word,
    tagOnly: asTag || !targets.includes('content'),
    inside: plain,
    parts: anywhere ? [] : parts,
    letters: parts.join(''),
    lead: plain.slice(0, first),
    trail: plain.slice(end),
  };
}

/**
 * Our own rules: whole words whatever stands around them, phrases across spaces, line breaks and punctuation, scripts
 * without spaces by script rather than by the language a post declares, every segment of the post.
 */
export class OwnRules implements Finder {
  readonly #characters: Characters;
  readonly #scanner: Scanner<Pattern>;

  constructor(words: readonly OwnerWord[], ignoreAccents: boolean) {
    this.#characters = ownCharacters(ignoreAccents);
    this.#scanner = new Scanner(this.#characters);
    words.forEach((word, index) => {
      const pattern = patternOf(index, word, this.#characters);
      if (pattern === undefined) return;
      const [first] = pattern.parts;
      if (first === undefined) this.#scanner.addInside(pattern.inside, pattern);
      else this.#scanner.addWord(first, pattern);
      if (pattern.letters !== '') this.#scanner.addJoined(pattern.letters, pattern);
    });
  }

  find(post: PostText, found: Found): void {
    for (let segment = post.first; segment < post.last; segment++) {
      const kind = post.kind[segment] ?? KIND.content;
      if (kind === KIND.host) continue;
      const from = post.off[segment] ?? 0;
      const to = post.off[segment + 1] ?? from;
      const slow = this.#read(post.arena, from, to, kind === KIND.tag, post, segment, found);
      if (!slow) continue;
      const apart = post.arena.slice(from, to);
      const composed = apart.normalize('NFC');
      if (composed !== apart) this.#read(composed, 0, composed.length, kind === KIND.tag, post, segment, found);
    }
  }

  #read(text: string, from: number, to: number, tag: boolean, post: PostText, segment: number, found: Found): boolean {
    const characters = this.#characters;
    const report = (pattern: Pattern, start: number): void => {
      if (!post.wanted(pattern.word)) return;
      if (pattern.tagOnly && !tag && !endsWith(text, from, start, '#', characters)) return;
      found(pattern.word, segment);
    };
    return this.#scanner.scan(
      text,
      from,
      to,
      tag,
      (pattern, start, end) => {
        const [first, ...rest] = pattern.parts;
        if (first === undefined || !sameLetters(text, start, end, first, characters)) return;
        // A tag is one name: a word inside it is not meant.
        if (tag && (start > from || end < to) && pattern.lead === '' && pattern.trail === '') return;
        const last = phraseEnd(text, end, to, rest, characters);
        if (last < 0) return;
        if (!endsWith(text, from, start, pattern.lead, characters)) return;
        if (startsWith(text, last, to, pattern.trail, characters)) report(pattern, start);
      },
      (pattern, start, end) => {
        if (!sameLetters(text, start, end, pattern.letters, characters)) return;
        const bare = pattern.lead === '' && pattern.trail === '';
        if (bare && (tag || pattern.parts.length === 1)) report(pattern, start);
      },
      (pattern, start, end) => {
        if (!endsWith(text, start, end, pattern.inside, characters)) return;
        report(pattern, end - pattern.inside.length);
      },
    );
  }
}
